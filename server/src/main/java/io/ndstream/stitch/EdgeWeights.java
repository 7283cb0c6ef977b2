package io.ndstream.stitch;

import static io.ndstream.error.Checks.require;

import io.ndstream.error.Reason;

/**
 * The mask that gives the middle of a window more say than its edge, after geowatch: a Gaussian
 * along each axis, widened by a running maximum, never under 0.001. Up to that floor it is the
 * product of one vector a axis, so only the vectors are kept.
 */
public final class EdgeWeights {
  private static final float FLOOR = 0.001f;

  /**
   * 2^29 + 1: rounds a double to the 24 bits of a float by two subtractions (Veltkamp), which,
   * unlike a cast, become vector code.
   */
  private static final double TO_FLOAT = 0x20000001p0;

  private static final int BOX_PART = 8;
  private static final int SMALLEST_BOX = 3;

  private final double[] rows;
  private final double[] columns;

  private EdgeWeights(double[] rows, double[] columns) {
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * @param height rows of the window, 1 or more
   * @param width columns of the window, 1 or more
   */
  public static EdgeWeights of(int height, int width) {
    require(height > 0, Reason.BAD_WINDOW, "height", height, "> 0");
    require(width > 0, Reason.BAD_WINDOW, "width", width, "> 0");
    // Crosswise, as the reference hands (rows, columns) to a function that takes (width, height).
    return new EdgeWeights(
        dilate(gauss(height), reach(width)), dilate(gauss(width), reach(height)));
  }

  public int height() {
    return rows.length;
  }

  public int width() {
    return columns.length;
  }

  /**
   * Puts columns {@code [from, from + count)} of row {@code y} into {@code into} from {@code at}
   * on; every value is a float32.
   */
  public void row(int y, int from, int count, double[] into, int at) {
    System.arraycopy(columns, from, into, at, count);
    int end = at + count;
    double r = rows[y];
    for (int i = at; i < end; i++) {
      double product = r * into[i];
      double split = product * TO_FLOAT;
      into[i] = split - (split - product);
    }
    // Products rise to the middle, so those under the floor lie at the ends.
    for (int i = at; i < end && into[i] < FLOOR; i++) {
      into[i] = FLOOR;
    }
    for (int i = end - 1; i >= at && into[i] < FLOOR; i--) {
      into[i] = FLOOR;
    }
  }

  /**
   * {@code exp(-x²/(2σ²))} about the middle, σ = 0.3((n-1)/2 - 1) + 0.8; the two middle values of
   * an even length are 1.
   */
  private static double[] gauss(int length) {
    double middle = (length - 1) / 2.0;
    double sigma = 0.3 * (middle - 1) + 0.8;
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      double x = i - middle;
      values[i] = Math.abs(x) <= 0.5 ? 1 : Math.exp(-(x * x) / (2 * sigma * sigma));
    }
    return values;
  }

  private static int reach(int length) {
    return Math.max(length / BOX_PART, SMALLEST_BOX) / 2;
  }

  /**
   * The running maximum: values rise to the middle, so it is the value {@code reach} nearer to it.
   */
  private static double[] dilate(double[] values, int reach) {
    int last = values.length - 1;
    double[] widened = new double[values.length];
    for (int i = 0; i <= last; i++) {
      int nearer =
          2 * i <= last ? Math.min(i + reach, last / 2) : Math.max(i - reach, (last + 1) / 2);
      widened[i] = values[nearer];
    }
    return widened;
  }
}
