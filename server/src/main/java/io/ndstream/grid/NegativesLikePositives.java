package io.ndstream.grid;

import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.index.AnnotationIndex;
import java.util.stream.IntStream;

/**
 * Negatives with the sizes of positives, in whole pixels, for those who name no window. Number i
 * takes the size of a positive drawn by (seed, i) and then a place uniform over all where a window
 * of that size may lie. Unlike the reference's anchors, sizes are not stretched with the image. A
 * size that finds no place in {@value #TRIES} tries is left out.
 */
final class NegativesLikePositives {
  private static final int TRIES = 1024;

  private final AnnotationIndex index;
  private final Positives positives;
  private final int[] images;
  private final double thresh;
  private final long seed;
  private final WindowFilter filter;
  private final PlaceNumbers pixels;
  private final int[] imageWidths;
  private final int[] imageHeights;

  NegativesLikePositives(
      Dataset dataset,
      AnnotationIndex index,
      Positives positives,
      int[] images,
      double thresh,
      long seed,
      WindowFilter filter) {
    this.index = index;
    this.positives = positives;
    this.images = images;
    this.thresh = thresh;
    this.seed = seed;
    this.filter = filter;
    this.imageWidths =
        IntStream.of(images).map(image -> dataset.images().get(image).width()).toArray();
    this.imageHeights =
        IntStream.of(images).map(image -> dataset.images().get(image).height()).toArray();
    this.pixels = new PlaceNumbers(images.length, k -> (long) imageWidths[k] * imageHeights[k]);
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
          Reason.BAD_ARGUMENT,
          "window_dims",
          "absent",
          "expected",
          "given, as there are no positives to take sizes from");
    }
    if (pixels.total() == 0) {
      return new NegativeTable(new int[0], new double[0], "there are no images", 0);
    }
    Draw draw = new Draw(count);
    new PlaceSearch(pixels, seed, draw).run(count, 1, TRIES + 1);
    return draw.table();
  }

  private static int pixels(float extent) {
    return (int) Math.max(1, Math.min(1 << 24, Math.ceil(extent)));
  }

  /** Sizes and places of so many negatives. */
  private final class Draw implements PlaceSearch.Trial {
    /** Width << 32 | height of each. */
    private final long[] sizes;

    private final FoundPlaces found;

    Draw(int count) {
      this.found = new FoundPlaces(count);
      this.sizes = new long[count];
      // the rows of the table are places too, so that they are looked up in their order
      PlaceNumbers rows = new PlaceNumbers(1, all -> positives.size());
      new PlaceSearch(rows, seed, this::takeSize).run(count, 0, 1);
    }

    private boolean takeSize(int i, int all, long row) {
      sizes[i] = size((int) row);
      return true;
    }

    private long size(int row) {
      return (long) pixels(positives.width(row)) << 32 | pixels(positives.height(row));
    }

    private int width(int i) {
      return (int) (sizes[i] >> 32);
    }

    private int height(int i) {
      return (int) sizes[i];
    }

    @Override
    public boolean suits(int i, int at, long inside) {
      int y = PlaceNumbers.row(inside, imageWidths[at]);
      Window window =
          new Window((int) (inside - (long) y * imageWidths[at]), y, width(i), height(i));
      boolean suits =
          window.right() <= imageWidths[at]
              && window.bottom() <= imageHeights[at]
              && index.coversLess(images[at], window, thresh)
              && filter.keeps(images[at], window);
      if (suits) {
        found.put(i, images[at], window.x(), y);
      }
      return suits;
    }

    NegativeTable table() {
      int[] present = found.present();
      int[] rows = new int[present.length];
      double[] boxes = new double[4 * present.length];
      for (int k = 0; k < present.length; k++) {
        int i = present[k];
        rows[k] = found.image(i);
        boxes[4 * k] = found.x(i);
        boxes[4 * k + 1] = found.y(i);
        boxes[4 * k + 2] = found.x(i) + width(i);
        boxes[4 * k + 3] = found.y(i) + height(i);
      }
      int missing = found.size() - present.length;
      String shortfall =
          missing == 0
              ? ""
              : missing
                  + " of "
                  + found.size()
                  + " sizes found no free place in "
                  + TRIES
                  + " tries";
      return new NegativeTable(rows, boxes, shortfall, 0);
    }
  }
}
