package io.ndstream.warp;

import java.util.ArrayList;
import java.util.List;

/**
 * Which pixels of a source row make a pixel of a result row, and by which weights: tables for all
 * numbers of a row, made once for an image. Rows are read from a copy with margins, so that no tap
 * needs a test: next to the row what counts as its neighbours, farther out what stands where no tap
 * is inside.
 */
final class Taps<A> {
  /** So many numbers in a row are copied faster than one by one. */
  private static final int LONG_RUN = 12;

  private final Lanes<A> lanes;
  private final List<A> weights = new ArrayList<>();
  private int[] index;
  private int[] runAt;
  private int runs;
  private A line;
  private A left;
  private A right;
  private int taps;
  private int width;
  private int sourceWidth;
  private int bands;
  private boolean stretched;
  private boolean identity;

  Taps(Lanes<A> lanes) {
    this.lanes = lanes;
  }

  /** Interpolates at columns of a separable map. */
  Taps<A> interpolate(
      FixedMap map,
      KernelTable kernel,
      int ofWidth,
      int newWidth,
      int ofBands,
      Edge edge,
      Scratch scratch) {
    shape(kernel.taps(), ofWidth, newWidth, ofBands, edge, scratch);
    identity = false;
    int[] weightAt = scratch.ints(newWidth);
    long row = map.xOfRow(0);
    for (int x = 0; x < newWidth; x++) {
      long at = FixedMap.toThirtySeconds(row + map.xOfColumn(x));
      place(x, (at >> 5) + kernel.first());
      weightAt[x] = (int) (at & 31) * taps;
    }
    weights.clear();
    for (int k = 0; k < taps; k++) {
      A ofTap = lanes.row(scratch, newWidth * ofBands);
      lanes.spread(kernel.weights(), k, weightAt, ofBands, ofTap, newWidth);
      weights.add(ofTap);
    }
    left = lanes.row(scratch, elements());
    right = lanes.row(scratch, elements());
    findRuns(scratch);
    return this;
  }

  /**
   * Takes single columns.
   *
   * @param columns source column of each result column, -1 for none
   */
  Taps<A> take(int[] columns, int ofWidth, int newWidth, int ofBands, Edge edge, Scratch scratch) {
    shape(1, ofWidth, newWidth, ofBands, edge, scratch);
    identity = newWidth == ofWidth;
    for (int x = 0; x < newWidth; x++) {
      identity &= columns[x] == x;
      place(x, columns[x]);
    }
    findRuns(scratch);
    return this;
  }

  private void shape(
      int count, int ofWidth, int newWidth, int ofBands, Edge edge, Scratch scratch) {
    taps = count;
    sourceWidth = ofWidth;
    width = newWidth;
    bands = ofBands;
    stretched = edge.isStretched();
    index = scratch.ints(newWidth * ofBands);
    int length = (ofWidth + 4 * count) * ofBands;
    line = lanes.row(scratch, length);
    lanes.fill(line, 0, 2 * count * ofBands, edge.outside());
    lanes.fill(line, length - 2 * count * ofBands, length, edge.outside());
  }

  private void place(int x, long first) {
    long nearest = Math.max(-2L * taps, Math.min(sourceWidth + (long) taps, first));
    boolean none = nearest + taps <= 0 || nearest >= sourceWidth;
    long start = !none ? nearest : nearest < 0 ? -2L * taps : sourceWidth + (long) taps;
    int at = (int) (start + 2 * taps) * bands;
    for (int b = 0; b < bands; b++) {
      index[x * bands + b] = at + b;
    }
  }

  /**
   * Pixels that are neighbours in the source too form a run; a map of about the same size has long
   * ones.
   */
  private void findRuns(Scratch scratch) {
    runAt = scratch.ints(width + 1);
    runs = 0;
    for (int x = 0; x < width; x++) {
      if (x == 0 || index[x * bands] != index[(x - 1) * bands] + bands) {
        runAt[runs++] = x * bands;
      }
    }
    runAt[runs] = elements();
  }

  /** Numbers in a result row. */
  int elements() {
    return width * bands;
  }

  void apply(A source, A into) {
    if (identity) {
      System.arraycopy(source, 0, into, 0, elements());
      return;
    }
    load(source);
    if (taps == 1) {
      move(0, into);
    } else if (taps == 2) {
      move(0, left);
      move(1, right);
      lanes.mixEach(left, weights.get(0), right, weights.get(1), into, elements());
    } else {
      lanes.fill(into, 0, elements(), 0);
      for (int k = 0; k < taps; k++) {
        move(k, left);
        lanes.addEach(left, weights.get(k), into, elements());
      }
    }
  }

  /** Puts what tap k sees to where it counts. */
  private void move(int k, A into) {
    if (elements() < LONG_RUN * runs) {
      lanes.gather(line, index, k * bands, into, elements());
      return;
    }
    for (int r = 0; r < runs; r++) {
      int start = runAt[r];
      System.arraycopy(line, index[start] + k * bands, into, start, runAt[r + 1] - start);
    }
  }

  private void load(A source) {
    int start = 2 * taps * bands;
    int end = start + sourceWidth * bands;
    System.arraycopy(source, 0, line, start, end - start);
    for (int k = 1; k <= taps && stretched; k++) {
      System.arraycopy(source, 0, line, start - k * bands, bands);
      System.arraycopy(source, end - start - bands, line, end + (k - 1) * bands, bands);
    }
  }
}
