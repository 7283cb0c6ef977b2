package io.ndstream.error;

/**
 * The closed list of what can go wrong. The name goes over the wire and never changes its meaning;
 * the text is fixed, facts travel beside it. docs/errors.md is checked against this list.
 */
public enum Reason {
  MISSING_SOURCE(Kind.INVALID, "The target names no image, video or known annotation"),
  UNRESOLVABLE_SPACE(Kind.INVALID, "Several images without a video need a space slice"),
  BAD_SLICE(Kind.INVALID, "The slice is malformed"),
  BAD_WINDOW(Kind.INVALID, "The window is malformed"),
  BAD_PAD(Kind.INVALID, "The padding is malformed"),
  BAD_CHANNELS(Kind.INVALID, "The channel request is malformed or cannot be met"),
  BAD_SCALE(Kind.INVALID, "The scale is not one or two numbers from 1e-6 to 1e6"),
  BAD_INTERPOLATION(Kind.INVALID, "The interpolation is unknown"),
  BAD_NODATA(Kind.INVALID, "The nodata method is unknown"),
  BAD_DTYPE(Kind.INVALID, "The dtype is unknown"),
  BAD_WITH_ANNOTS(Kind.INVALID, "The kind of annotation is unknown"),
  BAD_ARGUMENT(Kind.INVALID, "An argument is out of its range"),
  BAD_MANIFEST(Kind.INVALID, "The manifest is not a valid kwcoco or MS-COCO file"),
  BAD_CATEGORIES(Kind.INVALID, "The categories are no tree"),
  BAD_SHAPE(Kind.INVALID, "The array does not have the shape or type that is asked for"),
  BAD_WEIGHTS(Kind.INVALID, "Weights must be finite and 0 or more"),
  BAD_PIXELS(Kind.INVALID, "The data holds NaN, which this run refuses"),
  BANDS(Kind.INVALID, "The number of bands is not the number of channels"),
  FORMAT_BANDS(Kind.INVALID, "The format cannot hold these bands"),
  QUANT_RANGE(Kind.INVALID, "Numbers cannot be quantized in this range"),
  BAD_PAGE_TOKEN(Kind.INVALID, "The page token is not one of this list"),
  BAD_RESUME_TOKEN(Kind.INVALID, "The resume token is damaged or not one of this server's"),

  UNKNOWN_DATASET(Kind.ABSENT, "No data set of this name is open"),
  UNKNOWN_IMAGE(Kind.ABSENT, "The data set has no such image"),
  UNKNOWN_VIDEO(Kind.ABSENT, "The data set has no such video"),
  UNKNOWN_ANNOTATION(Kind.ABSENT, "The data set has no such annotation"),
  UNKNOWN_CATEGORY(Kind.ABSENT, "The data set has no such category"),
  UNKNOWN_PLAN(Kind.ABSENT, "No plan of this name is known here; create it again from its spec"),
  UNKNOWN_POOL(Kind.ABSENT, "No pool of this name is known here; preselect again"),
  UNKNOWN_GRID(Kind.ABSENT, "No sample grid of this name is known here"),
  UNKNOWN_OPERATION(Kind.ABSENT, "No operation of this name is known here"),
  UNKNOWN_RUN(Kind.ABSENT, "No stitching run of this name is known here"),
  MISSING_MANIFEST(Kind.ABSENT, "The manifest does not exist"),
  MISSING_FILE(Kind.ABSENT, "The file of an asset does not exist"),

  OUT_OF_RANGE(Kind.RANGE, "The index is past the end"),

  NO_DATA(Kind.CONFLICT, "The image has no file to read"),
  NO_NEGATIVE_POOL(Kind.CONFLICT, "No negatives have been drawn; preselect first"),
  TOO_FEW_NEGATIVES(Kind.CONFLICT, "There is no room for as many negatives as are required"),
  NO_POSITIVES(Kind.CONFLICT, "The selection holds no sample"),
  SHAPE_MISMATCH(
      Kind.CONFLICT, "The samples of a batch differ in shape or type; ask for a ragged batch"),
  DATASET_CHANGED(Kind.CONFLICT, "The data set is not the one this token or plan was made for"),
  WRONG_RUN(Kind.CONFLICT, "The window belongs to another stitching run"),
  FINALIZED(Kind.CONFLICT, "The image is finalized already"),
  NOTHING_STITCHED(Kind.CONFLICT, "No window of the image was ever added"),
  INCOMPLETE(Kind.CONFLICT, "Windows of the image are missing"),
  WINDOW_REUSED(Kind.CONFLICT, "Another window of the image had this id"),
  SOURCE_CHANGED(Kind.CONFLICT, "The file changed while it was being served"),
  NOT_WRITABLE(Kind.CONFLICT, "The server may not write there"),

  RUN_EXISTS(Kind.EXISTS, "Another request opened a stitching run of this name"),
  ASSET_EXISTS(Kind.EXISTS, "The image already has an asset with these channels"),

  UNREADABLE_FILE(Kind.DATA, "The file cannot be decoded"),
  CORRUPT_CACHE(Kind.DATA, "A cached entry is damaged and could not be made again"),
  CORRUPT_SPILL(Kind.DATA, "A spilled canvas tile is damaged"),

  OVER_BUDGET(Kind.BUSY, "The request needs more memory than it may have"),
  BUSY(Kind.BUSY, "The server has no room for this now; try again later"),
  DISK_FULL(Kind.BUSY, "The disk is full"),
  TOO_MANY_FILES(Kind.BUSY, "The server has as many files open as it may"),

  NOT_IMPLEMENTED(Kind.UNSUPPORTED, "The request is valid but not offered"),
  UNKNOWN_METHOD(
      Kind.UNSUPPORTED, "The server has no such method; it is of another version than the client"),

  FORBIDDEN_PATH(
      Kind.FORBIDDEN,
      "The file lies outside what the server may read; allow it with --allow-path or --allow-remote"),

  DRAINING(Kind.GONE, "The server is shutting down");

  private final Kind kind;
  private final String text;

  Reason(Kind kind, String text) {
    this.kind = kind;
    this.text = text;
  }

  public Kind kind() {
    return kind;
  }

  /** A fixed sentence without a full stop and without variables. */
  public String text() {
    return text;
  }
}
