package io.ndstream.warp;

import io.ndstream.geom.Affine;
import io.ndstream.pixels.DType;

/**
 * The smoothing before a map that shrinks. It depends on how the map scales and turns, not on where
 * it puts things: samples of one image share it.
 *
 * @param asked the map it was made for; its offset is of no meaning
 * @param type of the pixels
 * @param halvings pyramid steps, each blurs and keeps every second pixel
 * @param horizontal weights of the Gaussian along rows, odd in number; one weight if there is
 *     nothing to blur
 * @param vertical the same along columns
 * @param left what is left of the map after the smoothing, but for the offset, which stays the same
 */
record Antialias(
    Affine asked, DType type, int halvings, double[] horizontal, double[] vertical, Affine left) {
  /** Sigma of the reference's kernel for a halving. */
  private static final double SIGMA = 1.0699027846904146;

  /** OpenCV's kernels for a sigma of 0, where they are not computed; by (length - 3) / 2. */
  private static final double[][] FIXED = {
    {1 / 4.0, 2 / 4.0, 1 / 4.0},
    {1 / 16.0, 4 / 16.0, 6 / 16.0, 4 / 16.0, 1 / 16.0},
    {1 / 32.0, 3.5 / 32, 7 / 32.0, 9 / 32.0, 7 / 32.0, 3.5 / 32, 1 / 32.0},
    {
      4 / 256.0,
      13 / 256.0,
      30 / 256.0,
      51 / 256.0,
      60 / 256.0,
      51 / 256.0,
      30 / 256.0,
      13 / 256.0,
      4 / 256.0
    }
  };

  /**
   * @param map by either convention
   * @param type of the pixels: kernels for small unsigned integers are in fixed point
   */
  static Antialias of(Affine map, DType type) {
    Affine.Decomposed d = map.decompose();
    if (d.sx() >= 1 && d.sy() >= 1) {
      double[] none = {1};
      return new Antialias(map, type, 0, none, none, map);
    }
    int halvings = Math.max((int) ReadPlan.log2(1 / Math.max(d.sx(), d.sy())) - 2, 0);
    double rx = d.sx() * (1L << halvings);
    double ry = d.sy() * (1L << halvings);
    Affine left = Affine.of(1, 1, d.theta(), d.shearx(), 0, 0, 0, 0).after(Affine.scale(rx, ry));
    // The reference hands the horizontal sigma to both axes; the lengths are each axis' own.
    double sigma = sigma(rx);
    int bits = type == DType.UINT8 ? 8 : type == DType.UINT16 ? 16 : 0;
    double[] horizontal = fixed(kernel(length(rx), sigma), bits);
    double[] vertical = fixed(kernel(length(ry), sigma), bits);
    return new Antialias(map, type, halvings, horizontal, vertical, left);
  }

  /** Whether this is the smoothing for a map too. */
  boolean suits(Affine map, DType ofType) {
    return type == ofType
        && asked.a11() == map.a11()
        && asked.a12() == map.a12()
        && asked.a21() == map.a21()
        && asked.a22() == map.a22();
  }

  boolean blurs() {
    return horizontal.length > 1 || vertical.length > 1;
  }

  /**
   * What is left to do after the smoothing, by the convention that pixel centres lie at whole
   * numbers.
   *
   * @param centred a map this {@link #suits}, by the same convention
   */
  Affine rest(Affine centred) {
    return new Affine(left.a11(), left.a12(), centred.tx(), left.a21(), left.a22(), centred.ty());
  }

  private static double sigma(double r) {
    double p = ReadPlan.log2(1 / r);
    return p <= 0 ? 0 : SIGMA * Math.pow(2, p - 1);
  }

  private static int length(double r) {
    double p = ReadPlan.log2(1 / r);
    if (p <= 0) {
      return 1;
    }
    int length = (int) Math.ceil(5 * Math.pow(2, p - 1));
    return length % 2 == 0 ? length + 1 : length;
  }

  private static double[] kernel(int length, double sigma) {
    if (length == 1) {
      return new double[] {1};
    }
    if (sigma == 0 && length <= 9) {
      return FIXED[(length - 3) / 2];
    }
    double s = sigma > 0 ? sigma : 0.3 * ((length - 1) / 2.0 - 1) + 0.8;
    double[] weights = new double[length];
    double sum = 0;
    for (int i = 0; i < length; i++) {
      double distance = i - (length - 1) / 2.0;
      weights[i] = Math.exp(-distance * distance / (2 * s * s));
      sum += weights[i];
    }
    for (int i = 0; i < length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  /**
   * Weights of so many fractional bits, or as they are with 0: each passes its error on to the
   * next, the middle one makes the sum 1.
   */
  private static double[] fixed(double[] weights, int bits) {
    if (bits == 0) {
      return weights;
    }
    double one = 1L << bits;
    double[] rounded = new double[weights.length];
    int middle = weights.length / 2;
    double error = 0;
    double sum = 0;
    for (int i = 0; i < middle; i++) {
      double exact = weights[i] * one + error;
      error = exact - Math.rint(exact);
      rounded[i] = Math.rint(exact) / one;
      rounded[weights.length - 1 - i] = rounded[i];
      sum += 2 * rounded[i];
    }
    rounded[middle] = 1 - sum;
    return rounded;
  }
}
