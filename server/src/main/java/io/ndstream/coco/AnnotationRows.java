package io.ndstream.coco;

import io.ndstream.coco.Segmentation.Rle;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads {@code annotations} into columns. Every row of the file gets its place, bad ones too, so
 * that a row's number is its position in JSON pointers until all checks are done.
 */
final class AnnotationRows extends RowReader {
  private final AnnotationTable table = new AnnotationTable();
  private final LongIndex imageIds = new LongIndex();
  private final BitSet bad = new BitSet();
  private final BitSet withoutId = new BitSet();

  /** Row, height, width of each run-length mask. */
  private final IntColumn masks = new IntColumn();

  /** Distinct keypoint categories referred to: Long ids and String names. */
  private final Set<Object> keypointReferences = new HashSet<>();

  private final double[] box = new double[4];
  private long start;
  private Long id;
  private boolean badId;
  private int image;
  private boolean badImage;
  private int category;
  private boolean hasBox;
  private int segmentation;
  private int keypoints;
  private int track;

  AnnotationRows(Findings findings) {
    super(findings);
  }

  AnnotationTable table() {
    return table;
  }

  LongIndex imageIds() {
    return imageIds;
  }

  /** Rows with an error of their own. */
  BitSet bad() {
    return bad;
  }

  BitSet withoutId() {
    return withoutId;
  }

  IntColumn masks() {
    return masks;
  }

  Set<Object> keypointReferences() {
    return keypointReferences;
  }

  @Override
  void begin(JsonCursor cursor, Where where) {
    start = cursor.start();
    begin();
  }

  private void begin() {
    id = null;
    badId = false;
    image = AnnotationTable.NONE;
    badImage = false;
    category = AnnotationTable.NONE;
    hasBox = false;
    segmentation = 0;
    keypoints = 0;
    track = 0;
  }

  @Override
  boolean member(JsonCursor cursor, String name, Where where) throws IOException, BadValue {
    switch (name) {
      case "id":
        badId = true;
        id = Integers.member(cursor, where, name, IssueCode.ID_TYPE);
        badId = false;
        return true;
      case "image_id":
        readImage(cursor, where);
        return true;
      case "category_id":
        Long categoryId = Integers.member(cursor, where, name, IssueCode.ID_TYPE);
        category = categoryId == null ? AnnotationTable.NONE : table.categoryIds.add(categoryId);
        return true;
      case "bbox":
        hasBox = BoxReader.read(cursor, where, box);
        return true;
      case "segmentation":
        readSegmentation(cursor, where.key(name));
        return true;
      case "keypoints":
        readKeypoints(cursor, where.key(name));
        return true;
      case "track_id":
        readTrack(cursor, where);
        return true;
      default:
        return false;
    }
  }

  private void readImage(JsonCursor cursor, Where where) throws IOException, BadValue {
    badImage = true;
    Long imageId = Integers.member(cursor, where, "image_id", IssueCode.ID_TYPE);
    badImage = false;
    image = imageId == null ? AnnotationTable.NONE : imageIds.add(imageId);
  }

  private void readSegmentation(JsonCursor cursor, Where where) throws IOException, BadValue {
    int offset = (int) (cursor.start() - start);
    Segmentation shape = SegmentationReader.read(cursor, where, false);
    segmentation = shape == null ? 0 : offset;
    if (shape instanceof Rle) {
      masks.add(table.size());
      masks.add(((Rle) shape).height());
      masks.add(((Rle) shape).width());
    }
  }

  private void readKeypoints(JsonCursor cursor, Where where) throws IOException, BadValue {
    int offset = (int) (cursor.start() - start);
    RawKeypoints points = KeypointsReader.read(cursor, where);
    keypoints = points == null ? 0 : offset;
    if (points != null && !points.inCategoryOrder()) {
      for (Object reference : points.references()) {
        if (reference != null) {
          keypointReferences.add(reference);
        }
      }
    }
  }

  private void readTrack(JsonCursor cursor, Where where) throws IOException, BadValue {
    if (cursor.at(Token.VALUE_STRING)) {
      track = table.trackIds.add(cursor.text());
    } else {
      Long number = Integers.member(cursor, where, "track_id", IssueCode.ID_TYPE);
      track = number == null ? 0 : table.trackIds.add(number);
    }
  }

  @Override
  void end(JsonCursor cursor, int index, Where where, long before) {
    if (id == null && !badId) {
      findings.error(IssueCode.ID_MISSING, where.key("id"), "annotation has no id");
    }
    if (image == AnnotationTable.NONE && !badImage) {
      findings.error(IssueCode.ID_MISSING, where.key("image_id"), "annotation has no image_id");
    }
    long length = cursor.end() - start;
    if (length > Integer.MAX_VALUE) {
      findings.error(IssueCode.NUMBER_RANGE, where, "the row takes " + length + " bytes");
    }
    add((int) length);
    if (findings.errors() != before) {
      bad.set(index);
    }
  }

  @Override
  void refuse(int index) {
    super.refuse(index);
    begin();
    add(0);
    bad.set(index);
  }

  private void add(int length) {
    int row = table.size();
    if (id == null) {
      withoutId.set(row);
    }
    table.ids.add(id == null ? 0 : id);
    table.images.add(image);
    table.categories.add(category);
    for (double edge : box) {
      table.boxes.add(hasBox ? edge : Double.NaN);
    }
    table.starts.add(start);
    table.lengths.add(length);
    AnnotationTable.put(table.segmentations, row, segmentation);
    AnnotationTable.put(table.keypoints, row, keypoints);
    AnnotationTable.put(table.tracks, row, track);
  }
}
