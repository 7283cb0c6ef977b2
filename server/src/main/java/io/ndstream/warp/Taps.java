package io.ndstream.warp;

/**
 * Which elements of a source row make an element of a result row, and by which weights: tables for all elements, made once for an image.
 * A tap outside the source has weight 0 for integers; for floats it makes the element NaN.
 */
final class Taps {
  private int[][] index = new int[0][];
  private double[][] weight = new double[0][];
  private int taps;
  private int elements;
  private int bands;
  private boolean identity;

  private void shape(int count, int width, int ofBands, Scratch scratch) {
    taps = count;
    bands = ofBands;
    elements = width * bands;
    if (index.length < count) {
      index = new int[count][];
      weight = new double[count][];
    }
    for (int k = 0; k < count; k++) {
      index[k] = scratch.ints(elements);
      weight[k] = scratch.doubles(elements);
    }
  }

  /** Interpolates at columns of a separable map. */
  Taps interpolate(FixedMap map, KernelTable kernel, int sourceWidth, int width, int ofBands, Edge edge, Scratch s) {
    shape(kernel.taps(), width, ofBands, s);
    identity = false;
    long row = map.xOfRow(0);
    for (int x = 0; x < width; x++) {
      long at = FixedMap.toThirtySeconds(row + map.xOfColumn(x));
      place(x, (at >> 5) + kernel.first(), (int) (at & 31), kernel, sourceWidth, edge);
    }
    return this;
  }

  private void place(int x, long first, int fraction, KernelTable kernel, int size, Edge edge) {
    boolean spoiled = edge.spoils(first, taps, size);
    for (int k = 0; k < taps; k++) {
      long p = first + k;
      boolean counts = edge.isStretched() || p >= 0 && p < size;
      double w = spoiled ? edge.outside() : counts ? kernel.weight(fraction, k) : 0;
      put(k, x, (int) Math.max(0, Math.min(size - 1, p)), w);
    }
  }

  /**
   * Takes single columns.
   *
   * @param columns source column of each result column, -1 for none
   */
  Taps take(int[] columns, int sourceWidth, int width, int ofBands, Edge edge, Scratch scratch) {
    shape(1, width, ofBands, scratch);
    identity = width == sourceWidth;
    for (int x = 0; x < width; x++) {
      identity &= columns[x] == x;
      put(0, x, Math.max(0, columns[x]), columns[x] < 0 ? edge.outside() : 1);
    }
    return this;
  }

  private void put(int k, int x, int column, double w) {
    for (int b = 0; b < bands; b++) {
      index[k][x * bands + b] = column * bands + b;
      weight[k][x * bands + b] = w;
    }
  }

  /** Numbers in a result row. */
  int elements() {
    return elements;
  }

  void apply(double[] source, double[] into) {
    if (identity) {
      System.arraycopy(source, 0, into, 0, elements);
      return;
    }
    if (taps == 2) {
      pair(source, index[0], weight[0], index[1], weight[1], into, elements);
      return;
    }
    first(source, index[0], weight[0], into, elements);
    for (int k = 1; k < taps; k++) {
      add(source, index[k], weight[k], into, elements);
    }
  }

  private static void pair(double[] s, int[] i0, double[] w0, int[] i1, double[] w1, double[] into, int count) {
    for (int e = 0; e < count; e++) {
      into[e] = s[i0[e]] * w0[e] + s[i1[e]] * w1[e];
    }
  }

  private static void first(double[] s, int[] i, double[] w, double[] into, int count) {
    for (int e = 0; e < count; e++) {
      into[e] = s[i[e]] * w[e];
    }
  }

  private static void add(double[] s, int[] i, double[] w, double[] into, int count) {
    for (int e = 0; e < count; e++) {
      into[e] += s[i[e]] * w[e];
    }
  }
}
