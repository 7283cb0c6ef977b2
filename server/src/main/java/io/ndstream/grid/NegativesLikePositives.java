package io.ndstream.grid;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.index.AnnotationIndex;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Negatives with the sizes of positives, in whole pixels, for those who name no window. Number i takes the size of a positive drawn by
 * (seed, i) and then a place uniform over all where a window of that size may lie. Unlike the reference's anchors, sizes are not
 * stretched with the image. A size that finds no place in {@value #TRIES} tries is left out.
 */
final class NegativesLikePositives {
  private static final int TRIES = 1024;

  private final Dataset dataset;
  private final AnnotationIndex index;
  private final Positives positives;
  private final int[] images;
  private final double thresh;
  private final long seed;
  private final WindowFilter filter;
  /** Pixels in the images before each one, and in all. */
  private final long[] before;

  NegativesLikePositives(
      Dataset dataset, AnnotationIndex index, Positives positives, int[] images, double thresh, long seed, WindowFilter filter) {
    this.dataset = dataset;
    this.index = index;
    this.positives = positives;
    this.images = images;
    this.thresh = thresh;
    this.seed = seed;
    this.filter = filter;
    this.before = new long[images.length + 1];
    for (int i = 0; i < images.length; i++) {
      Image image = dataset.images().get(images[i]);
      before[i + 1] = before[i] + (long) image.width() * image.height();
    }
  }

  /**
   * @throws LoaderException BAD_ARGUMENT if there are no positives to take sizes from
   */
  NegativeTable draw(int count) {
    if (count == 0) {
      return NegativeTable.EMPTY;
    }
    if (positives.size() == 0) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT, "window_dims", "absent", "expected", "given, as there are no positives to take sizes from");
    }
    if (before[images.length] == 0) {
      return new NegativeTable(new int[0], new double[0], "there are no images", 0);
    }
    int[] rows = new int[count];
    double[] boxes = new double[4 * count];
    IntStream.range(0, count).parallel().forEach(i -> rows[i] = place(i, boxes));
    int[] kept = IntStream.range(0, count).filter(i -> rows[i] >= 0).toArray();
    double[] keptBoxes = new double[4 * kept.length];
    for (int k = 0; k < kept.length; k++) {
      System.arraycopy(boxes, 4 * kept[k], keptBoxes, 4 * k, 4);
    }
    String shortfall = kept.length == count ? ""
        : (count - kept.length) + " of " + count + " sizes found no free place in " + TRIES + " tries";
    return new NegativeTable(Arrays.stream(kept).map(i -> rows[i]).toArray(), keptBoxes, shortfall, 0);
  }

  private int place(int i, double[] boxes) {
    long stream = CounterRandom.stream(seed, i);
    int row = (int) CounterRandom.below(stream, 0, positives.size());
    int width = pixels(positives.width(row));
    int height = pixels(positives.height(row));
    for (int n = 1; n <= TRIES; n++) {
      long pixel = CounterRandom.below(stream, n, before[images.length]);
      int at = Negatives.imageAt(before, pixel);
      Image image = dataset.images().get(images[at]);
      int x = (int) ((pixel - before[at]) % image.width());
      int y = (int) ((pixel - before[at]) / image.width());
      if (x + width <= image.width() && y + height <= image.height()
          && index.coversLess(images[at], x, y, x + (double) width, y + (double) height, thresh)
          && filter.keeps(images[at], new Window(x, y, width, height))) {
        boxes[4 * i] = x;
        boxes[4 * i + 1] = y;
        boxes[4 * i + 2] = x + width;
        boxes[4 * i + 3] = y + height;
        return images[at];
      }
    }
    return -1;
  }

  private static int pixels(float extent) {
    return (int) Math.max(1, Math.min(1 << 24, Math.ceil(extent)));
  }
}
