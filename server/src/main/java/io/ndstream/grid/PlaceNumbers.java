package io.ndstream.grid;

import java.util.function.IntToLongFunction;

/**
 * The places of many images, numbered through: image k holds the numbers from {@code first(k)} up
 * to {@code first(k + 1)}. A guide table (Chen and Asau, 1974) leads a number to its image in one
 * step, or a few where images differ much in size.
 */
final class PlaceNumbers {
  private final long[] first;

  /** The image of every 2^{@link #shift}th number. */
  private final int[] guide;

  private final int shift;

  /**
   * @param places of image k, 0 or more
   */
  PlaceNumbers(int images, IntToLongFunction places) {
    this.first = new long[images + 1];
    for (int k = 0; k < images; k++) {
      first[k + 1] = first[k] + places.applyAsLong(k);
    }
    this.shift =
        Math.max(0, Long.SIZE - 1 - Long.numberOfLeadingZeros(total() / Math.max(1, images)));
    this.guide = new int[(int) (total() >>> shift) + 2];
    int k = 0;
    for (int cell = 0; cell < guide.length; cell++) {
      while (k < images && first[k + 1] <= (long) cell << shift) {
        k++;
      }
      guide[cell] = k;
    }
  }

  /** Places of all images. */
  long total() {
    return first[first.length - 1];
  }

  /** The lowest number of image k; for the number of images, {@link #total}. */
  long first(int k) {
    return first[k];
  }

  /** The image of a number in [0, {@link #total}). Images without places have none. */
  int imageOf(long number) {
    int cell = (int) (number >>> shift);
    int low = guide[cell];
    int high = guide[cell + 1];
    if (high - low <= 1) {
      return first[high] <= number ? high : low; // without a jump
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (first[middle + 1] <= number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * The row of a place among rows of so many columns; a division of ints, where they are enough,
   * takes a third of the time.
   */
  static int row(long inside, int columns) {
    return inside <= Integer.MAX_VALUE ? (int) inside / columns : (int) (inside / columns);
  }
}
