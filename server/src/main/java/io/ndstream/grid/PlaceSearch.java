package io.ndstream.grid;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Tries random places for many indices. Index i tries the n-th number of its own stream, n counted
 * up until a place suits, so what it finds depends on nothing else. In which order places are
 * looked at is free, and decides the speed: one after the other they are far apart in memory, so
 * all tries of a block of indices are sorted by place first. Blocks are independent and are done in
 * parallel.
 */
final class PlaceSearch {
  private static final int SMALLEST_BLOCK = 1 << 12;

  /** So many tries visit most images of a large set, and what is kept of them stays near. */
  private static final int LARGEST_BLOCK = 1 << 17;

  /** For some cores to share evenly. */
  private static final int BLOCKS = 8;

  private final PlaceNumbers places;
  private final long seed;
  private final Trial trial;

  /** Looks at one place. Called by many threads, but by one for each index. */
  @FunctionalInterface
  interface Trial {
    /**
     * @param at image, as counted by {@link PlaceNumbers}
     * @param inside number within that image
     * @return whether the index has found its place
     */
    boolean suits(int index, int at, long inside);
  }

  PlaceSearch(PlaceNumbers places, long seed, Trial trial) {
    this.places = places;
    this.seed = seed;
    this.trial = trial;
  }

  /**
   * Tries the numbers {@code from} to {@code to}, exclusive, of the streams of the indices 0 to
   * {@code count}.
   */
  void run(int count, int from, int to) {
    int block = Math.max(SMALLEST_BLOCK, Math.min(LARGEST_BLOCK, count / BLOCKS + 1));
    IntStream.range(0, (count + block - 1) / block)
        .parallel()
        .forEach(b -> new Block(b * block, Math.min(count, (b + 1) * block)).run(from, to));
  }

  /**
   * The indices of one block that have found nothing yet, in any order, and the number each tries
   * next.
   */
  private final class Block {
    private int size;
    private final int[] left;
    private final long[] numbers;
    private final int[] sortedLeft;
    private final long[] sortedNumbers;
    private final int[] starts;

    Block(int from, int to) {
      this.size = to - from;
      this.left = IntStream.range(from, to).toArray();
      this.numbers = new long[size];
      this.sortedLeft = new int[size];
      this.sortedNumbers = new long[size];
      this.starts = new int[size + 1];
    }

    void run(int from, int to) {
      for (int n = from; n < to && size > 0; n++) {
        for (int k = 0; k < size; k++) {
          numbers[k] = CounterRandom.below(CounterRandom.stream(seed, left[k]), n, places.total());
        }
        sort();
        tryAll();
      }
    }

    /** Orders by place, as finely as there are indices (counting sort). */
    private void sort() {
      int shift = Long.SIZE - Long.numberOfLeadingZeros(places.total() / size);
      Arrays.fill(starts, 0, size + 1, 0);
      for (int k = 0; k < size; k++) {
        starts[(int) (numbers[k] >>> shift)]++;
      }
      int before = 0;
      for (int cell = 0; cell <= size; cell++) {
        before += starts[cell];
        starts[cell] = before;
      }
      for (int k = size - 1; k >= 0; k--) {
        int at = --starts[(int) (numbers[k] >>> shift)];
        sortedNumbers[at] = numbers[k];
        sortedLeft[at] = left[k];
      }
    }

    private void tryAll() {
      int kept = 0;
      for (int k = 0; k < size; k++) {
        int at = places.imageOf(sortedNumbers[k]);
        if (!trial.suits(sortedLeft[k], at, sortedNumbers[k] - places.first(at))) {
          left[kept++] = sortedLeft[k];
        }
      }
      size = kept;
    }
  }
}
