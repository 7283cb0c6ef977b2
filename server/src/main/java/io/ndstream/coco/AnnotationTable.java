package io.ndstream.coco;

/**
 * The annotation columns. While a file is read, images and categories are numbers in the order they
 * are first referred to; the finished table has rows of images and numbers of categories.
 */
final class AnnotationTable {
  static final int NONE = -1;

  final LongColumn ids;

  /** Reference number of the image, later its row; {@link #NONE} if the row names none. */
  final IntColumn images;

  /** Number of the category id in {@link #categoryIds}, or {@link #NONE}. */
  final IntColumn categories;

  /** Four a row: left, top, width, height; NaN without a box. */
  final DoubleColumn boxes;

  /** Byte offset of the row in the manifest. */
  final LongColumn starts;

  final IntColumn lengths;

  /**
   * Byte offset of the segmentation in the row, 0 if there is none. Ends with the last row that has
   * one.
   */
  final IntColumn segmentations;

  /** The same of the keypoints. */
  final IntColumn keypoints;

  /** Number of the track plus 1, 0 if there is none. Ends with the last row that has one. */
  final IntColumn tracks;

  final LongIndex categoryIds = new LongIndex();
  final TrackIds trackIds = new TrackIds();

  AnnotationTable() {
    this(
        new LongColumn(),
        new IntColumn(),
        new IntColumn(),
        new DoubleColumn(),
        new LongColumn(),
        new IntColumn(),
        new IntColumn(),
        new IntColumn(),
        new IntColumn());
  }

  AnnotationTable(
      LongColumn ids,
      IntColumn images,
      IntColumn categories,
      DoubleColumn boxes,
      LongColumn starts,
      IntColumn lengths,
      IntColumn segmentations,
      IntColumn keypoints,
      IntColumn tracks) {
    this.ids = ids;
    this.images = images;
    this.categories = categories;
    this.boxes = boxes;
    this.starts = starts;
    this.lengths = lengths;
    this.segmentations = segmentations;
    this.keypoints = keypoints;
    this.tracks = tracks;
  }

  int size() {
    return ids.size();
  }

  /**
   * Writes a value into a column that may be shorter than the table, so that a column nobody uses
   * takes no memory.
   */
  static void put(IntColumn column, int row, int value) {
    if (value != 0) {
      while (column.size() < row) {
        column.add(0);
      }
      column.add(value);
    }
  }

  /** Reads from a column that may be shorter than the table. */
  static int at(IntColumn column, int row) {
    return row < column.size() ? column.get(row) : 0;
  }

  /** Moves a row up to an earlier place, for rows that are left out. */
  void move(int from, int to) {
    ids.set(to, ids.get(from));
    images.set(to, images.get(from));
    categories.set(to, categories.get(from));
    for (int i = 0; i < 4; i++) {
      boxes.set(4 * to + i, boxes.get(4 * from + i));
    }
    starts.set(to, starts.get(from));
    lengths.set(to, lengths.get(from));
    moveShort(segmentations, from, to);
    moveShort(keypoints, from, to);
    moveShort(tracks, from, to);
  }

  private static void moveShort(IntColumn column, int from, int to) {
    if (to < column.size()) {
      column.set(to, at(column, from));
    }
  }

  void truncate(int size) {
    ids.truncate(size);
    images.truncate(size);
    categories.truncate(size);
    boxes.truncate(4 * size);
    starts.truncate(size);
    lengths.truncate(size);
    segmentations.truncate(Math.min(size, segmentations.size()));
    keypoints.truncate(Math.min(size, keypoints.size()));
    tracks.truncate(Math.min(size, tracks.size()));
  }
}
