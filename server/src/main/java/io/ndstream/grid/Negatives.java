package io.ndstream.grid;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.geom.Window;
import io.ndstream.index.AnnotationIndex;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Draws negatives uniformly over all places where one may lie: every admissible position (image, x,
 * y) of the window is equally likely, so images count by their free area, whatever their id or
 * number of annotations. Windows are whole pixels and wholly inside their image.
 *
 * <p>Window i depends on (seed, i) and the data set alone. It is found by trying positions from its
 * own stream, {@value #TRIES} at most; on crowded data, where all fail, the free positions are
 * counted exactly and one of them is taken. Both ways are uniform, so the mixture is, and a request
 * that cannot be met is known to be impossible rather than given up by the clock. Draws are
 * independent: on little free area the same window may come twice.
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

  /**
   * Positions across of each image: a look-up of the image itself would miss the cache once more a
   * try.
   */
  private final int[] columns;

  private final PlaceNumbers positions;
  private final FoundPlaces found;

  private Negatives(
      Dataset dataset, AnnotationIndex index, NegativeOptions options, WindowFilter filter) {
    this.dataset = dataset;
    this.index = index;
    this.options = options;
    this.filter = filter;
    this.images =
        options.imageRows() == null
            ? IntStream.range(0, dataset.images().size()).toArray()
            : options.imageRows();
    this.columns =
        IntStream.of(images)
            .map(image -> free(dataset.images().get(image).width(), options.width()))
            .toArray();
    this.positions =
        new PlaceNumbers(
            images.length,
            k ->
                (long) columns[k]
                    * free(dataset.images().get(images[k]).height(), options.height()));
    this.found = new FoundPlaces(options.count());
  }

  /**
   * @throws io.ndstream.error.LoaderException BAD_WINDOW if there are images and the window is
   *     larger than every one
   */
  public static NegativeSet draw(Dataset dataset, AnnotationIndex index, NegativeOptions options) {
    return draw(dataset, index, options, WindowFilter.ALL);
  }

  /**
   * @param filter windows it refuses are no negatives; how much room it leaves is not counted, so
   *     an index gives up on it after {@value #TRIES} + {@value #FILTER_TRIES} positions
   */
  public static NegativeSet draw(
      Dataset dataset, AnnotationIndex index, NegativeOptions options, WindowFilter filter) {
    return new Negatives(dataset, index, options, filter).draw();
  }

  private static int free(int length, int size) {
    return Math.max(0, length - size + 1);
  }

  private NegativeSet draw() {
    int count = options.count();
    if (count == 0 || images.length == 0) {
      return set(count == 0 ? "" : "there are no images");
    }
    Violations violations = new Violations();
    checkFits(dataset, images, options.height(), options.width(), violations);
    violations.throwIfAny();
    PlaceSearch search = new PlaceSearch(positions, options.seed(), this::suits);
    int probes = Math.min(count, PROBES);
    search.run(probes, 0, TRIES);
    if (found.missing(probes).length == probes && countFree().total() == 0) {
      return set("no position of a " + size() + " window is free in " + images.length + " images");
    }
    search.run(count, 0, TRIES);
    int[] missing = found.missing(count);
    if (missing.length > 0) {
      PlaceNumbers free = countFree();
      for (int n = 0; n < FILTER_TRIES && missing.length > 0 && free.total() > 0; n++) {
        pick(missing, free, TRIES + n);
        missing = found.missing(count);
      }
    }
    return set(
        missing.length == 0
            ? ""
            : missing.length + " of " + count + " found no place that the filter keeps");
  }

  private NegativeSet set(String shortfall) {
    FoundPlaces places = shortfall.isEmpty() ? found : found.only(found.present());
    return new NegativeSet(places, options.height(), options.width(), shortfall);
  }

  /**
   * Adds the mistake of a window that is larger than every image; not if there are no images.
   *
   * @param images rows
   */
  public static void checkFits(
      Dataset dataset, int[] images, int height, int width, Violations violations) {
    int tallest = 0;
    int widest = 0;
    boolean fits = images.length == 0;
    for (int row : images) {
      Image image = dataset.images().get(row);
      tallest = Math.max(tallest, image.height());
      widest = Math.max(widest, image.width());
      fits |= image.height() >= height && image.width() >= width;
    }
    violations.check(
        fits,
        Reason.BAD_WINDOW,
        "window_dims",
        height + "x" + width,
        "fits an image; the tallest has " + tallest + " rows, the widest " + widest + " columns");
  }

  private String size() {
    return options.height() + "x" + options.width();
  }

  private boolean suits(int i, int at, long inside) {
    int y = PlaceNumbers.row(inside, columns[at]);
    return take(
        i,
        images[at],
        new Window((int) (inside - (long) y * columns[at]), y, options.width(), options.height()));
  }

  /** Gives the window to index i if it is free and the filter keeps it. */
  private boolean take(int i, int image, Window window) {
    boolean suits =
        index.coversLess(image, window, options.thresh()) && filter.keeps(image, window);
    if (suits) {
      found.put(i, image, window.x(), window.y());
    }
    return suits;
  }

  /** The free positions of every image. */
  private PlaceNumbers countFree() {
    long[] free =
        IntStream.range(0, images.length)
            .parallel()
            .mapToLong(i -> new FreePositions(dataset, index, images[i], options).count())
            .toArray();
    return new PlaceNumbers(images.length, k -> free[k]);
  }

  /**
   * Gives every failed index the free position that the n-th number of its stream says, if the
   * filter keeps it.
   */
  private void pick(int[] missing, PlaceNumbers free, int n) {
    long[] numbers = new long[missing.length];
    for (int k = 0; k < missing.length; k++) {
      numbers[k] =
          CounterRandom.below(CounterRandom.stream(options.seed(), missing[k]), n, free.total());
    }
    int[] order =
        IntStream.range(0, missing.length)
            .boxed()
            .sorted(Comparator.comparingLong(k -> numbers[k]))
            .mapToInt(k -> k)
            .toArray();
    for (int k = 0; k < order.length; ) {
      int at = free.imageOf(numbers[order[k]]);
      int end = k;
      while (end < order.length && numbers[order[end]] < free.first(at + 1)) {
        end++;
      }
      long[] inside =
          Arrays.stream(order, k, end).mapToLong(o -> numbers[o] - free.first(at)).toArray();
      for (long place : new FreePositions(dataset, index, images[at], options).at(inside)) {
        take(
            missing[order[k++]],
            images[at],
            new Window((int) place, (int) (place >> 32), options.width(), options.height()));
      }
    }
  }
}
