package io.ndstream.warp;

/**
 * Another image convolved with a separable kernel, mirrored at its borders, and optionally thinned to every second row and column. NaN
 * spreads over the whole kernel.
 */
final class SmoothedRows extends Rows {
  private static final double[] PYRAMID = {1 / 16.0, 4 / 16.0, 6 / 16.0, 4 / 16.0, 1 / 16.0};

  private Rows source;
  private double[] horizontal;
  private double[] vertical;
  private Rounding rounding;
  private int step;
  private double[] line;
  private double[] full;

  /** Half the size: [1 4 6 4 1]/16 along both axes, then every second row and column from the first. */
  SmoothedRows halve(Rows of, Rounding rounded, int rowsKept, Scratch scratch) {
    return start(of, PYRAMID, PYRAMID, 2, rounded, rowsKept, scratch);
  }

  /**
   * @param alongRows odd number of weights
   * @param alongColumns odd number of weights
   */
  SmoothedRows blur(
      Rows of, double[] alongRows, double[] alongColumns, Rounding rounded, int rowsKept, Scratch scratch) {
    return start(of, alongRows, alongColumns, 1, rounded, rowsKept, scratch);
  }

  /** How many rows of the source a row of a pyramid step looks at. */
  static int pyramidSpan() {
    return PYRAMID.length;
  }

  private SmoothedRows start(
      Rows of, double[] alongRows, double[] alongColumns, int every, Rounding rounded, int rowsKept, Scratch scratch) {
    source = of;
    horizontal = alongRows;
    vertical = alongColumns;
    step = every;
    rounding = rounded;
    line = scratch.doubles((of.width() + alongRows.length - 1) * of.bands());
    full = every == 1 ? null : scratch.doubles(of.elements());
    shape((of.width() + every - 1) / every, (of.height() + every - 1) / every, of.bands(), rowsKept, scratch);
    return this;
  }

  @Override
  void make(int y, double[] into) {
    int reach = horizontal.length / 2;
    alongColumns(y * step, reach * bands());
    mirrorEnds(reach);
    if (step == 1) {
      alongRows(into);
    } else {
      alongRows(full);
      thin(full, into);
    }
    rounding.apply(into, elements());
  }

  private void alongColumns(int centre, int at) {
    int reach = vertical.length / 2;
    int count = source.elements();
    double[] own = source.row(centre);
    if (reach == 0) {
      System.arraycopy(own, 0, line, at, count);
      return;
    }
    triple(near(centre, -1), 0, own, 0, near(centre, 1), 0, vertical[reach], vertical[reach + 1], line, at, count);
    for (int k = 2; k <= reach; k++) {
      addPair(near(centre, -k), 0, near(centre, k), 0, vertical[reach + k], line, at, count);
    }
  }

  private double[] near(int centre, int offset) {
    return source.row(mirror(centre + offset, source.height()));
  }

  private void mirrorEnds(int reach) {
    int n = source.width();
    for (int k = 1; k <= reach; k++) {
      System.arraycopy(line, (reach + mirror(-k, n)) * bands(), line, (reach - k) * bands(), bands());
      System.arraycopy(line, (reach + mirror(n - 1 + k, n)) * bands(), line, (reach + n - 1 + k) * bands(), bands());
    }
  }

  private void alongRows(double[] into) {
    int reach = horizontal.length / 2;
    int count = source.elements();
    if (reach == 0) {
      System.arraycopy(line, 0, into, 0, count);
      return;
    }
    int centre = reach * bands();
    triple(line, centre - bands(), line, centre, line, centre + bands(), horizontal[reach], horizontal[reach + 1],
        into, 0, count);
    for (int k = 2; k <= reach; k++) {
      addPair(line, centre - k * bands(), line, centre + k * bands(), horizontal[reach + k], into, 0, count);
    }
  }

  private void thin(double[] from, double[] into) {
    int bands = bands();
    for (int x = 0, to = 0; x < width(); x++) {
      for (int b = 0, at = x * step * bands; b < bands; b++) {
        into[to++] = from[at++];
      }
    }
  }

  /** The middle tap and its two neighbours. */
  private static void triple(double[] a, int fromA, double[] own, int from, double[] b, int fromB, double weight,
      double beside, double[] into, int at, int count) {
    for (int i = 0; i < count; i++) {
      into[at + i] = own[from + i] * weight + (a[fromA + i] + b[fromB + i]) * beside;
    }
  }

  /** The kernels are symmetric: two neighbours share a weight. */
  private static void addPair(
      double[] a, int fromA, double[] b, int fromB, double weight, double[] into, int at, int count) {
    for (int i = 0; i < count; i++) {
      into[at + i] += (a[fromA + i] + b[fromB + i]) * weight;
    }
  }
}
