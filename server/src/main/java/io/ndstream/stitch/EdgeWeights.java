package io.ndstream.stitch;

import static io.ndstream.error.Checks.require;

import io.ndstream.error.Reason;

/**
 * The mask that gives the middle of a window more say than its edge, after geowatch: a Gaussian
 * along each axis, widened by a running maximum, never under 0.001. Up to that floor it is the
 * product of one vector a axis. Rows are kept too, each once, unless the window is very large: a
 * window's weights are then copied, not calculated.
 */
public final class EdgeWeights {
  private static final float FLOOR = 0.001f;

  private static final int BOX_PART = 8;
  private static final int SMALLEST_BOX = 3;

  /** Weights kept at most; of larger windows every row is made when it is asked for. */
  private static final long KEPT = 1 << 21;

  private final double[] rows;
  private final double[] columns;
  private final int depth;

  /**
   * By row, for one value and for {@code depth} values a pixel; null if the window is too large.
   */
  private final float[][] single;

  private final float[][] spread;

  private EdgeWeights(double[] rows, double[] columns, int depth) {
    this.rows = rows;
    this.columns = columns;
    this.depth = depth;
    boolean kept = (long) rows.length * columns.length * (1 + depth) <= KEPT;
    this.single = kept ? distinctRows(1) : null;
    this.spread = depth == 1 ? single : kept ? distinctRows(depth) : null;
  }

  /**
   * @param height rows of the window, 1 or more
   * @param width columns of the window, 1 or more
   * @param depth values of a pixel that lie side by side, for {@link #spread}
   */
  public static EdgeWeights of(int height, int width, int depth) {
    require(height > 0, Reason.BAD_WINDOW, "height", height, "> 0");
    require(width > 0, Reason.BAD_WINDOW, "width", width, "> 0");
    // Crosswise, as the reference hands (rows, columns) to a function that takes (width, height).
    return new EdgeWeights(
        dilate(gauss(height), reach(width)), dilate(gauss(width), reach(height)), depth);
  }

  /** The lower half mirrors the upper, and dilation repeats rows in the middle. */
  private float[][] distinctRows(int values) {
    float[][] table = new float[rows.length][];
    for (int y = 0; y < rows.length; y++) {
      int mirrored = rows.length - 1 - y;
      if (mirrored < y) {
        table[y] = table[mirrored];
      } else if (y > 0 && rows[y] == rows[y - 1]) {
        table[y] = table[y - 1];
      } else {
        table[y] = new float[columns.length * values];
        make(y, 0, columns.length, values, table[y], 0);
      }
    }
    return table;
  }

  public int height() {
    return rows.length;
  }

  public int width() {
    return columns.length;
  }

  int depth() {
    return depth;
  }

  /**
   * Puts columns {@code [from, from + count)} of row {@code y} into {@code into} from {@code at}
   * on.
   */
  public void row(int y, int from, int count, float[] into, int at) {
    if (single == null) {
      make(y, from, count, 1, into, at);
    } else {
      System.arraycopy(single[y], from, into, at, count);
    }
  }

  /** The same with every weight {@link #depth} times. */
  void spread(int y, int from, int count, float[] into, int at) {
    if (spread == null) {
      make(y, from, count, depth, into, at);
    } else {
      System.arraycopy(spread[y], from * depth, into, at, count * depth);
    }
  }

  private void make(int y, int from, int count, int values, float[] into, int at) {
    double r = rows[y];
    int t = at;
    for (int x = from; x < from + count; x++) {
      float weight = Math.max((float) (r * columns[x]), FLOOR);
      for (int k = 0; k < values; k++, t++) {
        into[t] = weight;
      }
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
