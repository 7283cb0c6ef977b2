package io.ndstream.grid;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violation;
import io.ndstream.geom.Window;
import io.ndstream.index.AnnotationIndex;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Draws negatives uniformly over all places where one may lie: every admissible position (image, x, y) of the window is equally likely,
 * so images count by their free area, whatever their id or number of annotations. Windows are whole pixels and wholly inside their image.
 *
 * <p>Window i depends on (seed, i) and the data set alone. It is found by trying positions from its own stream, {@value #TRIES} at most;
 * on crowded data, where all fail, the free positions are counted exactly and one of them is taken. Both ways are uniform, so the mixture
 * is, and a request that cannot be met is known to be impossible rather than given up by the clock. Draws are independent: on little
 * free area the same window may come twice.
 */
public final class Negatives {
  static final int TRIES = 256;
  static final int FILTER_TRIES = 64;
  /** Indices tried alone first: if all fail, the exact count comes before everything else. */
  private static final int PROBES = 16;

  private final Dataset dataset;
  private final AnnotationIndex index;
  private final NegativeOptions options;
  private final WindowFilter filter;
  private final int[] images;
  /** Positions across of each image: a look-up of the image itself would miss the cache once more a try. */
  private final int[] columns;
  /** Positions in the images before each one, and of all. */
  private final long[] before;

  private Negatives(Dataset dataset, AnnotationIndex index, NegativeOptions options, WindowFilter filter) {
    this.dataset = dataset;
    this.index = index;
    this.options = options;
    this.filter = filter;
    this.images = options.imageRows() == null ? IntStream.range(0, dataset.images().size()).toArray() : options.imageRows();
    this.columns = IntStream.of(images).map(image -> free(dataset.images().get(image).width(), options.width())).toArray();
    this.before = new long[images.length + 1];
    for (int i = 0; i < images.length; i++) {
      before[i + 1] = before[i] + (long) columns[i] * free(dataset.images().get(images[i]).height(), options.height());
    }
  }

  /**
   * @throws LoaderException BAD_WINDOW if there are images and the window is larger than every one
   */
  public static NegativeSet draw(Dataset dataset, AnnotationIndex index, NegativeOptions options) {
    return draw(dataset, index, options, WindowFilter.ALL);
  }

  /**
   * @param filter windows it refuses are no negatives; how much room it leaves is not counted, so an index gives up on it after
   *     {@value #TRIES} + {@value #FILTER_TRIES} positions
   */
  public static NegativeSet draw(Dataset dataset, AnnotationIndex index, NegativeOptions options, WindowFilter filter) {
    return new Negatives(dataset, index, options, filter).draw();
  }

  private static int free(int length, int size) {
    return Math.max(0, length - size + 1);
  }

  private long positions() {
    return before[images.length];
  }

  private NegativeSet draw() {
    if (options.count() == 0 || images.length == 0) {
      return set(new long[0], options.count() == 0 ? "" : "there are no images");
    }
    if (positions() == 0) {
      throw LoaderException.violations(List.of(larger()));
    }
    int count = options.count();
    int probes = Math.min(count, PROBES);
    long[] found = new long[count];
    if (IntStream.range(0, probes).allMatch(i -> search(i) < 0) && countFree()[images.length] == 0) {
      return set(new long[0], "no position of a " + size() + " window is free in " + images.length + " images");
    }
    IntStream.range(0, count).parallel().forEach(i -> found[i] = search(i));
    int[] failed = IntStream.range(0, count).filter(i -> found[i] < 0).toArray();
    if (failed.length > 0) {
      long[] free = countFree();
      for (int n = 0; n < FILTER_TRIES && failed.length > 0 && free[images.length] > 0; n++) {
        pick(failed, found, free, TRIES + n);
        failed = IntStream.of(failed).filter(i -> found[i] < 0).toArray();
      }
    }
    return set(
        LongStream.of(found).filter(position -> position >= 0).toArray(),
        failed.length == 0 ? "" : failed.length + " of " + count + " found no place that the filter keeps");
  }

  private Violation larger() {
    int tallest = IntStream.of(images).map(i -> dataset.images().get(i).height()).max().orElse(0);
    int widest = IntStream.of(images).map(i -> dataset.images().get(i).width()).max().orElse(0);
    return new Violation(
        Reason.BAD_WINDOW,
        "window_dims",
        "value: " + size() + " (expected: fits an image; the tallest has " + tallest + " rows, the widest " + widest + " columns)");
  }

  private String size() {
    return options.height() + "x" + options.width();
  }

  /** Number of a free position among all positions, or -1. */
  private long search(int i) {
    long stream = CounterRandom.stream(options.seed(), i);
    for (int n = 0; n < TRIES; n++) {
      long position = CounterRandom.below(stream, n, positions());
      int at = imageAt(before, position);
      int image = images[at];
      long inside = position - before[at];
      double x = inside % columns[at];
      double y = inside / columns[at];
      if (index.coversLess(image, x, y, x + options.width(), y + options.height(), options.thresh())
          && keeps(image, (int) x, (int) y)) {
        return position;
      }
    }
    return -1;
  }

  /** The last image that starts at or before a position: images without positions are passed over. */
  static int imageAt(long[] starts, long position) {
    int low = 0;
    int high = starts.length - 1;
    while (low + 1 < high) {
      int middle = (low + high) >>> 1;
      if (starts[middle] <= position) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Free positions in the images before each one, and of all. */
  private long[] countFree() {
    long[] free = IntStream.range(0, images.length)
        .parallel()
        .mapToLong(i -> new FreePositions(dataset, index, images[i], options).count())
        .toArray();
    long[] sums = new long[images.length + 1];
    for (int i = 0; i < free.length; i++) {
      sums[i + 1] = sums[i] + free[i];
    }
    return sums;
  }

  private boolean keeps(int image, int x, int y) {
    return filter == WindowFilter.ALL || filter.keeps(image, new Window(x, y, options.width(), options.height()));
  }

  /** Gives every failed index the free position that the n-th number of its stream says, if the filter keeps it. */
  private void pick(int[] failed, long[] found, long[] free, int n) {
    long[] numbers = new long[failed.length];
    for (int k = 0; k < failed.length; k++) {
      numbers[k] = CounterRandom.below(CounterRandom.stream(options.seed(), failed[k]), n, free[images.length]);
    }
    int[] order = IntStream.range(0, failed.length)
        .boxed()
        .sorted(Comparator.comparingLong(k -> numbers[k]))
        .mapToInt(k -> k)
        .toArray();
    for (int k = 0; k < order.length; ) {
      int at = imageAt(free, numbers[order[k]]);
      int image = images[at];
      int end = k;
      while (end < order.length && numbers[order[end]] < free[at + 1]) {
        end++;
      }
      long[] inside = Arrays.stream(order, k, end).mapToLong(o -> numbers[o] - free[at]).toArray();
      for (long place : new FreePositions(dataset, index, image, options).at(inside)) {
        int x = (int) place;
        int y = (int) (place >> 32);
        found[failed[order[k++]]] = keeps(image, x, y) ? before[at] + (long) y * columns[at] + x : -1;
      }
    }
  }

  private NegativeSet set(long[] found, String shortfall) {
    int[] rows = new int[found.length];
    int[] xs = new int[found.length];
    int[] ys = new int[found.length];
    for (int i = 0; i < found.length; i++) {
      int at = imageAt(before, found[i]);
      long inside = found[i] - before[at];
      rows[i] = images[at];
      xs[i] = (int) (inside % columns[at]);
      ys[i] = (int) (inside / columns[at]);
    }
    return new NegativeSet(rows, xs, ys, options.height(), options.width(), shortfall);
  }
}
