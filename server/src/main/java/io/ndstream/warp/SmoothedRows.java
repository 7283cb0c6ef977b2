package io.ndstream.warp;

/**
 * Another image convolved with a separable kernel, mirrored at its borders, and optionally thinned
 * to every second row and column. NaN spreads over the whole kernel.
 */
final class SmoothedRows<A> extends Rows<A> {
  private static final double[] PYRAMID = {1 / 16.0, 4 / 16.0, 6 / 16.0, 4 / 16.0, 1 / 16.0};

  /** Numbers worked on at a time along rows: what is at hand fits into the nearest cache. */
  private static final int PIECE = 1024;

  private Rows<A> source;
  private double[] horizontal;
  private double[] vertical;
  private Rounding rounding;
  private int step;
  private A mixed;
  private A line;
  private A full;
  private int[] everySecond;
  private A left;
  private A own;
  private A right;
  private A sum;

  SmoothedRows(Lanes<A> lanes) {
    super(lanes);
  }

  /**
   * Half the size: [1 4 6 4 1]/16 along both axes, then every second row and column from the first.
   */
  SmoothedRows<A> halve(Rows<A> of, Rounding rounded, int rowsKept, Scratch scratch) {
    return start(of, PYRAMID, PYRAMID, 2, rounded, rowsKept, scratch);
  }

  /**
   * @param alongRows odd number of weights
   * @param alongColumns odd number of weights
   */
  SmoothedRows<A> blur(
      Rows<A> of,
      double[] alongRows,
      double[] alongColumns,
      Rounding rounded,
      int rowsKept,
      Scratch scratch) {
    return start(of, alongRows, alongColumns, 1, rounded, rowsKept, scratch);
  }

  /** How many rows of the source a row of a pyramid step looks at. */
  static int pyramidSpan() {
    return PYRAMID.length;
  }

  private SmoothedRows<A> start(
      Rows<A> of,
      double[] alongRows,
      double[] alongColumns,
      int every,
      Rounding rounded,
      int rowsKept,
      Scratch scratch) {
    source = of;
    horizontal = alongRows;
    vertical = alongColumns;
    step = every;
    rounding = rounded;
    mixed = lanes.row(scratch, of.elements());
    line = lanes.row(scratch, (of.width() + alongRows.length - 1) * of.bands());
    full = lanes.row(scratch, of.elements());
    left = lanes.row(scratch, PIECE);
    own = lanes.row(scratch, PIECE);
    right = lanes.row(scratch, PIECE);
    sum = lanes.row(scratch, PIECE);
    shape(
        (of.width() + every - 1) / every,
        (of.height() + every - 1) / every,
        of.bands(),
        rowsKept,
        scratch);
    everySecond = every == 1 ? null : indexEverySecond(scratch);
    return this;
  }

  private int[] indexEverySecond(Scratch scratch) {
    int[] index = scratch.ints(elements());
    for (int x = 0, i = 0; x < width(); x++) {
      for (int b = 0; b < bands(); b++) {
        index[i++] = x * step * bands() + b;
      }
    }
    return index;
  }

  @Override
  void make(int y, A into) {
    A column = alongColumns(y * step);
    A whole = step == 1 ? into : full;
    if (horizontal.length == 1) {
      System.arraycopy(column, 0, whole, 0, source.elements());
    } else {
      alongRows(column, whole);
    }
    if (step > 1) {
      lanes.gather(full, everySecond, 0, into, elements());
    }
    rounding.apply(lanes, into, elements());
  }

  private A alongColumns(int centre) {
    int reach = vertical.length / 2;
    int count = source.elements();
    if (reach == 0) {
      return source.row(centre);
    }
    lanes.triple(
        near(centre, -1),
        source.row(centre),
        near(centre, 1),
        vertical[reach],
        vertical[reach + 1],
        mixed,
        count);
    for (int k = 2; k <= reach; k++) {
      lanes.addPair(near(centre, -k), near(centre, k), vertical[reach + k], mixed, count);
    }
    return mixed;
  }

  private A near(int centre, int offset) {
    return source.row(mirror(centre + offset, source.height()));
  }

  private void alongRows(A row, A into) {
    int reach = horizontal.length / 2;
    System.arraycopy(row, 0, line, reach * bands(), source.elements());
    mirrorEnds(reach);
    for (int start = 0; start < source.elements(); start += PIECE) {
      int count = Math.min(PIECE, source.elements() - start);
      sumPiece(start, reach, count);
      System.arraycopy(sum, 0, into, start, count);
    }
  }

  private void mirrorEnds(int reach) {
    int n = source.width();
    for (int k = 1; k <= reach; k++) {
      System.arraycopy(
          line, (reach + mirror(-k, n)) * bands(), line, (reach - k) * bands(), bands());
      System.arraycopy(
          line,
          (reach + mirror(n - 1 + k, n)) * bands(),
          line,
          (reach + n - 1 + k) * bands(),
          bands());
    }
  }

  /**
   * The neighbours are moved to where the pixel itself stands, and then summed: see {@link Lanes}.
   */
  private void sumPiece(int start, int reach, int count) {
    int centre = start + reach * bands();
    System.arraycopy(line, centre, own, 0, count);
    for (int k = 1; k <= reach; k++) {
      System.arraycopy(line, centre - k * bands(), left, 0, count);
      System.arraycopy(line, centre + k * bands(), right, 0, count);
      if (k == 1) {
        lanes.triple(left, own, right, horizontal[reach], horizontal[reach + 1], sum, count);
      } else {
        lanes.addPair(left, right, horizontal[reach + k], sum, count);
      }
    }
  }
}
