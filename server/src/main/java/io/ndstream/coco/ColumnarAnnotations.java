package io.ndstream.coco;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Annotations in columns; shapes are read from the manifest again at every call. */
final class ColumnarAnnotations implements Annotations {
  private static final Where HERE = Where.ROOT;

  private final AnnotationTable table;
  private final RowIndex index;
  private final int[][] ofImage;
  private final Source source;
  private final Limits limits;
  private final KeypointNames names;
  private final Category[] categories;

  /**
   * @param ofImage annotation rows of each image row, ascending by annotation id
   * @param categories by number of the table's category ids
   */
  ColumnarAnnotations(
      AnnotationTable table,
      RowIndex index,
      int[][] ofImage,
      Source source,
      Limits limits,
      KeypointNames names,
      Category[] categories) {
    this.table = table;
    this.index = index;
    this.ofImage = ofImage;
    this.source = source;
    this.limits = limits;
    this.names = names;
    this.categories = categories;
  }

  AnnotationTable table() {
    return table;
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
    return ofImage[imageRow];
  }

  @Override
  public Segmentation segmentation(int row) {
    return decode(row, table.segmentations, cursor -> SegmentationReader.read(cursor, HERE, true));
  }

  @Override
  public Keypoints keypoints(int row) {
    RawKeypoints raw = decode(row, table.keypoints, cursor -> KeypointsReader.read(cursor, HERE));
    int category = table.categories.get(row);
    return raw == null ? null : names.resolve(raw, category == AnnotationTable.NONE ? null : categories[category]);
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

  /** Rows by image, ascending by id in each. */
  static int[][] group(AnnotationTable table, int images) {
    int[] counts = new int[images];
    for (int row = 0; row < table.size(); row++) {
      counts[table.images.get(row)]++;
    }
    int[][] groups = new int[images][];
    for (int image = 0; image < images; image++) {
      groups[image] = new int[counts[image]];
    }
    for (int row = table.size() - 1; row >= 0; row--) {
      int image = table.images.get(row);
      groups[image][--counts[image]] = row;
    }
    for (int[] group : groups) {
      sort(table, group);
    }
    return groups;
  }

  private static void sort(AnnotationTable table, int[] group) {
    for (int i = 1; i < group.length; i++) {
      if (table.ids.get(group[i - 1]) > table.ids.get(group[i])) {
        List<Integer> rows = Arrays.stream(group).boxed().sorted(Comparator.comparingLong(table.ids::get)).toList();
        for (int j = 0; j < group.length; j++) {
          group[j] = rows.get(j);
        }
        return;
      }
    }
  }
}
