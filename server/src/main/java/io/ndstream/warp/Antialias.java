package io.ndstream.warp;

import io.ndstream.geom.Affine;

/**
 * The smoothing before a map that shrinks, and what is left of the map after it.
 *
 * @param halvings pyramid steps, each blurs and keeps every second pixel
 * @param horizontal weights of the Gaussian along rows, odd in number; one weight if there is nothing to blur
 * @param vertical the same along columns
 * @param map from the smoothed pixels, by the convention that pixel centres lie at whole numbers
 */
record Antialias(int halvings, double[] horizontal, double[] vertical, Affine map) {
  /** Sigma of the reference's kernel for a halving. */
  private static final double SIGMA = 1.0699027846904146;

  /** OpenCV's kernels for a sigma of 0, where they are not computed; by (length - 3) / 2. */
  private static final double[][] FIXED = {
    {1 / 4.0, 2 / 4.0, 1 / 4.0},
    {1 / 16.0, 4 / 16.0, 6 / 16.0, 4 / 16.0, 1 / 16.0},
    {1 / 32.0, 3.5 / 32, 7 / 32.0, 9 / 32.0, 7 / 32.0, 3.5 / 32, 1 / 32.0},
    {4 / 256.0, 13 / 256.0, 30 / 256.0, 51 / 256.0, 60 / 256.0, 51 / 256.0, 30 / 256.0, 13 / 256.0, 4 / 256.0}
  };

  /** Whether the map shrinks along an axis. */
  static boolean applies(Affine map) {
    Affine.Decomposed d = map.decompose();
    return d.sx() < 1 || d.sy() < 1;
  }

  /**
   * @param centred a map by the convention that pixel centres lie at whole numbers
   */
  static Antialias of(Affine centred) {
    Affine.Decomposed d = centred.decompose();
    int halvings = Math.max((int) ReadPlan.log2(1 / Math.max(d.sx(), d.sy())) - 2, 0);
    double rx = d.sx() * (1L << halvings);
    double ry = d.sy() * (1L << halvings);
    Affine rest = Affine.of(1, 1, d.theta(), d.shearx(), d.tx(), d.ty(), 0, 0).after(Affine.scale(rx, ry));
    // The reference hands the horizontal sigma to both axes; the lengths are each axis' own.
    double sigma = sigma(rx);
    return new Antialias(halvings, kernel(length(rx), sigma), kernel(length(ry), sigma), rest);
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
}
