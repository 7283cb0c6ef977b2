package io.ndstream.coco;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;

/** Annotations in columns; shapes are read from the manifest again at every call. */
final class ColumnarAnnotations implements Annotations {
  private static final Where HERE = Where.ROOT;

  private final AnnotationTable table;
  private final RowIndex index;
  private final RowGroups groups;
  private final Source source;
  private final Limits limits;
  private final KeypointNames names;
  private final Category[] categories;

  /**
   * @param categories by number of the table's category ids
   */
  ColumnarAnnotations(
      AnnotationTable table,
      RowIndex index,
      RowGroups groups,
      Source source,
      Limits limits,
      KeypointNames names,
      Category[] categories) {
    this.table = table;
    this.index = index;
    this.groups = groups;
    this.source = source;
    this.limits = limits;
    this.names = names;
    this.categories = categories;
  }

  @Override
  public int size() {
    return table.size();
  }

  @Override
  public long id(int row) {
    return table.ids.get(row);
  }

  @Override
  public int rowOfId(long id) {
    return index.find(id);
  }

  @Override
  public int image(int row) {
    return table.images.get(row);
  }

  @Override
  public boolean hasCategory(int row) {
    return table.categories.get(row) != AnnotationTable.NONE;
  }

  @Override
  public long categoryId(int row) {
    int number = table.categories.get(row);
    return number == AnnotationTable.NONE ? 0 : table.categoryIds.key(number);
  }

  @Override
  public boolean hasBox(int row) {
    return !Double.isNaN(x(row));
  }

  @Override
  public double x(int row) {
    return table.boxes.get(4 * row);
  }

  @Override
  public double y(int row) {
    return table.boxes.get(4 * row + 1);
  }

  @Override
  public double width(int row) {
    return table.boxes.get(4 * row + 2);
  }

  @Override
  public double height(int row) {
    return table.boxes.get(4 * row + 3);
  }

  @Override
  public int[] ofImage(int imageRow) {
    return groups.of(imageRow);
  }

  @Override
  public Segmentation segmentation(int row) {
    return decode(row, table.segmentations, cursor -> SegmentationReader.read(cursor, HERE, true));
  }

  @Override
  public Keypoints keypoints(int row) {
    RawKeypoints raw = decode(row, table.keypoints, cursor -> KeypointsReader.read(cursor, HERE));
    int category = table.categories.get(row);
    return raw == null
        ? null
        : names.resolve(raw, category == AnnotationTable.NONE ? null : categories[category]);
  }

  private interface Decoder<T> {
    T read(JsonCursor cursor) throws IOException, BadValue;
  }

  private <T> T decode(int row, IntColumn offsets, Decoder<T> decoder) {
    int offset = AnnotationTable.at(offsets, row);
    if (offset == 0) {
      return null;
    }
    byte[] bytes = source.read(table.starts.get(row) + offset, table.lengths.get(row) - offset);
    try {
      JsonCursor cursor = new JsonCursor(new JsonScanner(bytes, limits), new Findings(0, true));
      cursor.next();
      return decoder.read(cursor);
    } catch (IOException | BadValue e) {
      // these very bytes were read without a complaint when the manifest was opened
      throw LoaderException.caused(e, Reason.SOURCE_CHANGED, "annotation", id(row));
    }
  }

  @Override
  public String trackId(int row) {
    return table.trackIds.text(AnnotationTable.at(table.tracks, row));
  }

  @Override
  public String json(int row) {
    return source.text(table.starts.get(row), table.lengths.get(row));
  }
}
