package io.ndstream.stitch;

/**
 * The largest size of many floats. Blocks of them are folded in halves, two floats to twice the
 * larger: {@code |a + b| + |a - b|}, which the compiler turns into vector code, as it does not a
 * comparison. For one thread.
 */
final class LargestFloat {
  private static final int BLOCK = 4096;
  private static final int FIRST = BLOCK / 2;
  private static final int SECOND = FIRST / 4;
  private static final int THIRD = SECOND / 4;

  /** What five folds multiply sizes by, less what they may have rounded away. */
  private static final float SCALE = 32 * (1 - 0x1p-19f);

  private final float[] folded;

  /**
   * @param folded as long as the values, or longer
   */
  LargestFloat(float[] folded) {
    this.folded = folded;
  }

  /** The length of an array for so many values, which {@link #of} can read. */
  static int length(int values) {
    return (values + BLOCK - 1) / BLOCK * BLOCK;
  }

  /**
   * Returns no less than the size of the largest of {@code values[from..to)} and hardly more; of
   * values that are not finite, or nearly so, the size of the largest, and NaN if one is.
   *
   * @param values of a {@link #length} for them, 0 where nothing was put; what lies behind {@code
   *     to} may count as well
   */
  float of(float[] values, int from, int to) {
    float largest = 0;
    for (int block = from / BLOCK * BLOCK; block < to; block += BLOCK) {
      fold(values, block, folded);
      foldTwice(folded, block);
      foldTwiceAgain(folded, block);
      largest = Math.max(largest, largest(folded, block, block + THIRD) / SCALE);
    }
    return largest < Float.POSITIVE_INFINITY ? largest : largest(values, from, to);
  }

  private static void fold(float[] values, int block, float[] to) {
    for (int i = block; i < block + FIRST; i++) {
      float a = values[i];
      float b = values[i + FIRST];
      to[i] = Math.abs(a + b) + Math.abs(a - b);
    }
  }

  private static void foldTwice(float[] sizes, int block) {
    for (int i = block; i < block + SECOND; i++) {
      float a = twiceLarger(sizes[i], sizes[i + SECOND]);
      float b = twiceLarger(sizes[i + 2 * SECOND], sizes[i + 3 * SECOND]);
      sizes[i] = twiceLarger(a, b);
    }
  }

  private static void foldTwiceAgain(float[] sizes, int block) {
    for (int i = block; i < block + THIRD; i++) {
      float a = twiceLarger(sizes[i], sizes[i + THIRD]);
      float b = twiceLarger(sizes[i + 2 * THIRD], sizes[i + 3 * THIRD]);
      sizes[i] = twiceLarger(a, b);
    }
  }

  private static float twiceLarger(float a, float b) {
    return (a + b) + Math.abs(a - b);
  }

  /** Sizes of floats sort as their bits do. */
  private static float largest(float[] values, int from, int to) {
    int largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(values[i]) & Integer.MAX_VALUE);
    }
    return Float.intBitsToFloat(largest);
  }
}
