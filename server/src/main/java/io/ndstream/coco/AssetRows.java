package io.ndstream.coco;

import io.ndstream.geom.Affine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the rows of {@code auxiliary} and {@code assets} of one image after the other. */
final class AssetRows extends RowReader {
  /** Spellings of the transform from the asset to the image; the first that is given counts. */
  private static final List<String> WARPS =
      List.of("warp_aux_to_img", "warp_img_from_asset", "warp_img_to_aux", "base_to_aux");

  /** From here on they go the other way. */
  private static final int INVERSE = 2;

  private final List<Asset> assets = new ArrayList<>();
  private final List<Where> places = new ArrayList<>();
  private final Affine[] warps = new Affine[WARPS.size()];
  private Asset.Source source;
  private String fileName;
  private boolean badName;
  private String spec;
  private List<String> channels;
  private boolean badChannels;
  private int width;
  private int height;
  private int numBands;
  private Quantization quantization;

  AssetRows(Findings findings) {
    super(findings);
  }

  /** Forgets the assets of the last image. */
  void startImage() {
    assets.clear();
    places.clear();
  }

  /** The good rows so far, their location not yet known. */
  List<Asset> assets() {
    return assets;
  }

  /** Where each of {@link #assets} stands. */
  List<Where> places() {
    return places;
  }

  /** Reads a list the cursor stands on; the number of rows in it. */
  int readList(JsonCursor cursor, Where list, Asset.Source from) throws IOException, BadValue {
    if (cursor.at(Token.VALUE_NULL)) {
      return 0;
    }
    if (!cursor.at(Token.START_ARRAY)) {
      throw new BadValue(IssueCode.TABLE_TYPE, list, "expected an array, found " + cursor.kind());
    }
    source = from;
    int count = 0;
    for (; cursor.nextItem(); count++) {
      Where where = list.item(count);
      if (cursor.at(Token.START_OBJECT)) {
        read(cursor, count, where);
      } else {
        findings.error(IssueCode.ROW_TYPE, where, "expected an object, found " + cursor.kind());
        cursor.skip(where);
      }
    }
    return count;
  }

  @Override
  void begin(JsonCursor cursor, Where where) {
    Arrays.fill(warps, null);
    fileName = null;
    badName = false;
    spec = null;
    channels = null;
    badChannels = false;
    width = 0;
    height = 0;
    numBands = 0;
    quantization = null;
  }

  @Override
  boolean member(JsonCursor cursor, String name, Where where) throws IOException, BadValue {
    int warp = WARPS.indexOf(name);
    if (warp >= 0) {
      warps[warp] = cursor.at(Token.VALUE_NULL) ? null : WarpReader.read(cursor, where.key(name));
      return true;
    }
    switch (name) {
      case "file_name":
        badName = true;
        fileName = FileNames.read(cursor, where.key(name));
        badName = false;
        return true;
      case "channels":
        badChannels = true;
        spec = Names.text(cursor, where.key(name), name, IssueCode.CHANNELS_SYNTAX);
        channels = spec == null ? null : ChannelCodes.expand(spec, where.key(name));
        badChannels = false;
        return true;
      case "width":
        width = Integers.size(cursor, where, name);
        return true;
      case "height":
        height = Integers.size(cursor, where, name);
        return true;
      case "num_bands":
        numBands = Integers.size(cursor, where, name);
        return true;
      case "quantization":
        quantization = QuantizationReader.read(cursor, where.key(name));
        return true;
      default:
        return false;
    }
  }

  @Override
  void end(JsonCursor cursor, int index, Where where, long before) {
    if (fileName == null && !badName) {
      findings.error(IssueCode.NO_PIXELS, where, "asset has no file_name");
    }
    if (channels == null && !badChannels) {
      findings.error(IssueCode.CHANNELS_MISSING, where.key("channels"), "asset has no channels");
    }
    checkBands(findings, where, numBands, channels);
    if (fileName != null) {
      Affine map = warp();
      assets.add(
          new Asset(
              source, fileName, null, spec, channels, width, height, numBands, map, quantization));
      places.add(where);
    }
  }

  /** Reports a number of bands that is not the number of names. */
  static void checkBands(Findings findings, Where where, int numBands, List<String> channels) {
    if (numBands > 0 && channels != null && numBands != channels.size()) {
      findings.error(
          IssueCode.SIZE,
          where.key("num_bands"),
          "num_bands is " + numBands + ", channels names " + channels.size());
    }
  }

  private Affine warp() {
    for (int i = 0; i < warps.length; i++) {
      if (warps[i] != null) {
        return i < INVERSE ? warps[i] : warps[i].inverse();
      }
    }
    return Affine.IDENTITY;
  }
}
