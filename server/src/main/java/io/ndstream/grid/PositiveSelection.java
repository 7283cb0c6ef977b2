package io.ndstream.grid;

import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Keeps positives whose windows hardly overlap: greedy suppression in the order of random scores,
 * image by image. Arithmetic is in float, as in the reference, so given scores give its very rows.
 */
public final class PositiveSelection {
  private final Positives positives;
  private final float height;
  private final float width;
  private final float thresh;

  private PositiveSelection(Positives positives, int height, int width, double thresh) {
    new Violations()
        .check(
            height >= 1 && width >= 1,
            Reason.BAD_WINDOW,
            "window_dims",
            height + "x" + width,
            "1 or more each")
        .check(thresh >= 0 && thresh <= 1, Reason.BAD_ARGUMENT, "thresh", thresh, "0 to 1")
        .throwIfAny();
    this.positives = positives;
    this.height = height;
    this.width = width;
    this.thresh = (float) thresh;
  }

  /**
   * Scores are drawn as NumPy's RandomState(seed) does.
   *
   * @return kept rows of the table, ascending
   */
  public static int[] seeded(Positives positives, int height, int width, double thresh, long seed) {
    Mt19937 random = new Mt19937(seed);
    return scored(
        positives,
        height,
        width,
        thresh,
        IntStream.range(0, positives.size()).mapToDouble(i -> random.uniform()).toArray());
  }

  /**
   * @param scores one a row: images by ascending id, rows of one image in table order
   * @return kept rows of the table, ascending
   */
  public static int[] scored(
      Positives positives, int height, int width, double thresh, double[] scores) {
    PositiveSelection selection = new PositiveSelection(positives, height, width, thresh);
    new Violations()
        .check(
            scores.length == positives.size(),
            Reason.BAD_ARGUMENT,
            "scores",
            scores.length,
            positives.size() + " entries")
        .check(
            Arrays.stream(scores).noneMatch(Double::isNaN),
            Reason.BAD_ARGUMENT,
            "scores",
            Double.NaN,
            "numbers")
        .throwIfAny();
    int[][] images = byImage(positives);
    int[] first = new int[images.length + 1];
    for (int i = 0; i < images.length; i++) {
      first[i + 1] = first[i] + images[i].length;
    }
    return IntStream.range(0, images.length)
        .parallel()
        .mapToObj(
            i -> selection.keep(images[i], Arrays.copyOfRange(scores, first[i], first[i + 1])))
        .flatMapToInt(Arrays::stream)
        .sorted()
        .toArray();
  }

  /** Table rows of each image that has any, images by ascending id, rows ascending. */
  static int[][] byImage(Positives positives) {
    int n = positives.size();
    int[] images = IntStream.range(0, n).map(positives::imageRow).distinct().toArray();
    int[] slot = new int[IntStream.of(images).max().orElse(-1) + 1];
    int[] count = new int[slot.length];
    IntStream.range(0, n).forEach(i -> count[positives.imageRow(i)]++);
    int[][] rows = new int[slot.length][];
    long[] ids = new long[slot.length];
    for (int i = 0; i < n; i++) {
      int image = positives.imageRow(i);
      if (rows[image] == null) {
        rows[image] = new int[count[image]];
        ids[image] = positives.imageId(i);
      }
      rows[image][slot[image]++] = i;
    }
    return IntStream.of(images)
        .boxed()
        .sorted((a, b) -> Long.compare(ids[a], ids[b]))
        .map(image -> rows[image])
        .toArray(int[][]::new);
  }

  private int[] keep(int[] rows, double[] scores) {
    int[] order =
        IntStream.range(0, rows.length)
            .boxed()
            .sorted(
                (a, b) ->
                    scores[a] != scores[b]
                        ? Double.compare(scores[b], scores[a])
                        : Integer.compare(b, a))
            .mapToInt(i -> i)
            .toArray();
    int[] kept = new int[rows.length];
    int size = 0;
    for (int i : order) {
      int row = rows[i];
      int last = size;
      if (IntStream.range(0, last).allMatch(k -> iou(row, kept[k]) <= thresh)) {
        kept[size++] = row;
      }
    }
    return Arrays.copyOf(kept, size);
  }

  private float iou(int a, int b) {
    float aLeft = positives.cx(a) - width / 2;
    float aTop = positives.cy(a) - height / 2;
    float aRight = positives.cx(a) + width / 2;
    float aBottom = positives.cy(a) + height / 2;
    float bLeft = positives.cx(b) - width / 2;
    float bTop = positives.cy(b) - height / 2;
    float bRight = positives.cx(b) + width / 2;
    float bBottom = positives.cy(b) + height / 2;
    float inter =
        Math.max(0, Math.min(aRight, bRight) - Math.max(aLeft, bLeft))
            * Math.max(0, Math.min(aBottom, bBottom) - Math.max(aTop, bTop));
    float union = (aRight - aLeft) * (aBottom - aTop) + (bRight - bLeft) * (bBottom - bTop) - inter;
    return union == 0 ? 0 : inter / union;
  }
}
