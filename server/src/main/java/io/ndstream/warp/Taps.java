package io.ndstream.warp;

import java.util.Arrays;

/**
 * Which pixels of a source row make a pixel of a result row, and by which weights: tables for all columns, made once for an image. Rows
 * are read from a copy with margins, so that no tap needs a test: next to the row what counts as its neighbours, farther out what stands
 * where no tap is inside.
 */
final class Taps {
  private int[] index;
  private int[] weightAt;
  private double[] weights;
  private double[] line;
  private int taps;
  private int width;
  private int sourceWidth;
  private int bands;
  private boolean stretched;
  private boolean identity;

  /** Interpolates at columns of a separable map. */
  Taps interpolate(FixedMap map, KernelTable kernel, int ofWidth, int newWidth, int ofBands, Edge edge, Scratch scratch) {
    shape(kernel.taps(), ofWidth, newWidth, ofBands, edge, scratch);
    weights = kernel.weights();
    identity = false;
    long row = map.xOfRow(0);
    for (int x = 0; x < newWidth; x++) {
      long at = FixedMap.toThirtySeconds(row + map.xOfColumn(x));
      place(x, (at >> 5) + kernel.first(), (int) (at & 31) * taps);
    }
    return this;
  }

  /**
   * Takes single columns.
   *
   * @param columns source column of each result column, -1 for none
   */
  Taps take(int[] columns, int ofWidth, int newWidth, int ofBands, Edge edge, Scratch scratch) {
    shape(1, ofWidth, newWidth, ofBands, edge, scratch);
    identity = newWidth == ofWidth;
    for (int x = 0; x < newWidth; x++) {
      identity &= columns[x] == x;
      place(x, columns[x], 0);
    }
    return this;
  }

  private void shape(int count, int ofWidth, int newWidth, int ofBands, Edge edge, Scratch scratch) {
    taps = count;
    sourceWidth = ofWidth;
    width = newWidth;
    bands = ofBands;
    stretched = edge.isStretched();
    index = scratch.ints(newWidth);
    weightAt = scratch.ints(newWidth);
    int length = (ofWidth + 4 * count) * ofBands;
    line = scratch.doubles(length);
    Arrays.fill(line, 0, 2 * count * ofBands, edge.outside());
    Arrays.fill(line, length - 2 * count * ofBands, length, edge.outside());
  }

  private void place(int x, long first, int weight) {
    long nearest = Math.max(-2L * taps, Math.min(sourceWidth + (long) taps, first));
    boolean none = nearest + taps <= 0 || nearest >= sourceWidth;
    long start = !none ? nearest : nearest < 0 ? -2L * taps : sourceWidth + (long) taps;
    index[x] = (int) (start + 2 * taps) * bands;
    weightAt[x] = weight;
  }

  /** Numbers in a result row. */
  int elements() {
    return width * bands;
  }

  void apply(double[] source, double[] into) {
    if (identity) {
      System.arraycopy(source, 0, into, 0, elements());
      return;
    }
    load(source);
    if (taps == 1) {
      single(line, index, bands, into, width);
    } else if (taps == 2 && bands == 1) {
      pair(line, index, weights, weightAt, into, width);
    } else if (taps == 2 && bands == 3) {
      pairOfThree(line, index, weights, weightAt, into, width);
    } else if (taps == 2) {
      pairs(line, index, weights, weightAt, bands, into, width);
    } else {
      many(into);
    }
  }

  private void load(double[] source) {
    int start = 2 * taps * bands;
    int end = start + sourceWidth * bands;
    System.arraycopy(source, 0, line, start, end - start);
    for (int k = 1; k <= taps && stretched; k++) {
      System.arraycopy(source, 0, line, start - k * bands, bands);
      System.arraycopy(source, end - start - bands, line, end + (k - 1) * bands, bands);
    }
  }

  private static void single(double[] s, int[] index, int bands, double[] into, int width) {
    for (int x = 0, to = 0; x < width; x++) {
      for (int b = 0, at = index[x]; b < bands; b++) {
        into[to++] = s[at++];
      }
    }
  }

  private static void pair(double[] s, int[] index, double[] w, int[] weightAt, double[] into, int width) {
    for (int x = 0; x < width; x++) {
      int at = index[x];
      int k = weightAt[x];
      into[x] = s[at] * w[k] + s[at + 1] * w[k + 1];
    }
  }

  /** Colour pictures are most of the work of most servers. */
  private static void pairOfThree(double[] s, int[] index, double[] w, int[] weightAt, double[] into, int width) {
    for (int x = 0, to = 0; x < width; x++, to += 3) {
      int at = index[x];
      double w0 = w[weightAt[x]];
      double w1 = w[weightAt[x] + 1];
      into[to] = s[at] * w0 + s[at + 3] * w1;
      into[to + 1] = s[at + 1] * w0 + s[at + 4] * w1;
      into[to + 2] = s[at + 2] * w0 + s[at + 5] * w1;
    }
  }

  private static void pairs(double[] s, int[] index, double[] w, int[] weightAt, int bands, double[] into, int width) {
    for (int x = 0, to = 0; x < width; x++, to += bands) {
      int at = index[x];
      double w0 = w[weightAt[x]];
      double w1 = w[weightAt[x] + 1];
      for (int b = 0; b < bands; b++) {
        into[to + b] = s[at + b] * w0 + s[at + bands + b] * w1;
      }
    }
  }

  private void many(double[] into) {
    for (int x = 0, to = 0; x < width; x++) {
      for (int b = 0; b < bands; b++) {
        double sum = 0;
        for (int k = 0, at = index[x] + b; k < taps; k++, at += bands) {
          sum += line[at] * weights[weightAt[x] + k];
        }
        into[to++] = sum;
      }
    }
  }
}
