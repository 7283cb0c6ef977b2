package io.ndstream.warp;

/**
 * Weights of the taps along one axis for the 32 places between two pixels at which the reference
 * samples. Formulas of OpenCV's remap; tap k of {@code taps} lies at {@code floor(x) + first + k}.
 */
final class KernelTable {
  /** Places between two pixels. */
  static final int FRACTIONS = 32;

  private static final double CUBIC_A = -0.75;
  private static final double HALF_ROOT = Math.sqrt(0.5);
  private static final double[][] LANCZOS_PHASES = {
    {1, 0}, {-HALF_ROOT, -HALF_ROOT}, {0, 1}, {HALF_ROOT, -HALF_ROOT},
    {-1, 0}, {HALF_ROOT, HALF_ROOT}, {0, -1}, {-HALF_ROOT, HALF_ROOT}
  };

  private static final KernelTable LINEAR = new KernelTable(Interpolation.LINEAR);
  private static final KernelTable CUBIC = new KernelTable(Interpolation.CUBIC);
  private static final KernelTable LANCZOS = new KernelTable(Interpolation.LANCZOS);

  private final int taps;
  private final double[] weights;

  private KernelTable(Interpolation kind) {
    taps = kind.taps();
    weights = new double[FRACTIONS * taps];
    for (int f = 0; f < FRACTIONS; f++) {
      double[] row = weights(kind, f / (double) FRACTIONS);
      System.arraycopy(row, 0, weights, f * taps, taps);
    }
  }

  static KernelTable of(Interpolation kind) {
    return switch (kind) {
      case CUBIC -> CUBIC;
      case LANCZOS -> LANCZOS;
      default -> LINEAR;
    };
  }

  int taps() {
    return taps;
  }

  /** Whether results may lie beyond the values they are made of. */
  boolean overshoots() {
    return taps > 2;
  }

  /** Offset of the first tap: 0 for linear, -1 for cubic, -3 for lanczos. */
  int first() {
    return 1 - taps / 2;
  }

  /** All weights; those of fraction f / 32 start at f * taps. Not to be written to. */
  double[] weights() {
    return weights;
  }

  /** Weight of tap k at fraction f / 32. */
  double weight(int f, int k) {
    return weights[f * taps + k];
  }

  private static double[] weights(Interpolation kind, double f) {
    return switch (kind) {
      case CUBIC -> cubic(f);
      case LANCZOS -> lanczos(f);
      default -> new double[] {1 - f, f};
    };
  }

  private static double[] cubic(double f) {
    double a = CUBIC_A;
    double w0 = ((a * (f + 1) - 5 * a) * (f + 1) + 8 * a) * (f + 1) - 4 * a;
    double w1 = ((a + 2) * f - (a + 3)) * f * f + 1;
    double w2 = ((a + 2) * (1 - f) - (a + 3)) * (1 - f) * (1 - f) + 1;
    return new double[] {w0, w1, w2, 1 - w0 - w1 - w2};
  }

  private static double[] lanczos(double f) {
    double[] w = new double[8];
    if (f == 0) {
      w[3] = 1;
      return w;
    }
    double u0 = -(f + 3) * Math.PI / 4;
    double sin = Math.sin(u0);
    double cos = Math.cos(u0);
    double sum = 0;
    for (int i = 0; i < 8; i++) {
      double u = -(f + 3 - i) * Math.PI / 4;
      w[i] = (LANCZOS_PHASES[i][0] * sin + LANCZOS_PHASES[i][1] * cos) / (u * u);
      sum += w[i];
    }
    for (int i = 0; i < 8; i++) {
      w[i] /= sum;
    }
    return w;
  }
}
