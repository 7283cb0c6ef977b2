package io.ndstream.stitch;

/**
 * How finely sums are kept.
 *
 * @param exponent of the quantum of the first plane of {@link ExactSums}
 * @param exact whether what is finer counts too, at the price of more memory for data that has it
 */
public record Precision(int exponent, boolean exact) {
  private static final int BITS_BELOW_RANGE = 42;

  /** Nothing is lost, whatever the data. */
  public static final Precision EXACT = new Precision(-BITS_BELOW_RANGE, true);

  /**
   * Terms are rounded to 2^-42 of the size of the expected values, a quarter of a million times
   * finer than float32: one double a sum is then enough, or two floats.
   *
   * @param size of the largest value expected, above 0
   */
  public static Precision forValuesUpTo(double size) {
    return new Precision(Math.getExponent(size) + 1 - BITS_BELOW_RANGE, false);
  }

  /** A number far below 2^50 quanta as a multiple of the quantum, half to even. */
  double round(double number) {
    double magic = magic();
    return (number + magic) - magic;
  }

  /** 1.5 * 2^52 quanta: adding it rounds to a multiple. */
  double magic() {
    return Math.scalb(1.5, exponent + 52);
  }
}
