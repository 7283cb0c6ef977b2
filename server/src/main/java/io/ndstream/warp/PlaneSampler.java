package io.ndstream.warp;

import java.util.function.ObjIntConsumer;

/**
 * Resamples under a map that turns or shears: every pixel has its own place in two dimensions. All
 * rows of the source are kept.
 */
final class PlaneSampler<A> {
  private final Rows<A> source;
  private final Lanes<A> lanes;
  private final FixedMap map;
  private final KernelTable kernel;
  private final Edge edge;
  private final Scratch scratch;

  /**
   * @param source keeps all its rows
   */
  PlaneSampler(Rows<A> source, FixedMap map, KernelTable kernel, Edge edge, Scratch scratch) {
    this.source = source;
    this.lanes = source.lanes;
    this.map = map;
    this.kernel = kernel;
    this.edge = edge;
    this.scratch = scratch;
  }

  /**
   * @param round makes the first n values fit the dtype
   */
  void write(RowWriter writer, int width, int height, ObjIntConsumer<A> round) {
    A out = lanes.row(scratch, width * source.bands());
    double[] xs = scratch.doubles(width);
    double[] ys = scratch.doubles(width);
    for (int i = 0; i < width; i++) {
      xs[i] = map.xOfColumn(i);
      ys[i] = map.yOfColumn(i);
    }
    for (int j = 0; j < height; j++) {
      long xRow = map.xOfRow(j);
      long yRow = map.yOfRow(j);
      for (int i = 0; i < width; i++) {
        long x = FixedMap.toThirtySeconds(xRow + (long) xs[i]);
        long y = FixedMap.toThirtySeconds(yRow + (long) ys[i]);
        pixel(x, y, out, i * source.bands());
      }
      round.accept(out, width * source.bands());
      writer.write(j, 0, lanes, out, width);
    }
  }

  private void pixel(long x, long y, A out, int at) {
    int taps = kernel.taps();
    long left = (x >> 5) + kernel.first();
    long top = (y >> 5) + kernel.first();
    if (taps == 2
        && left >= 0
        && top >= 0
        && left + 2 <= source.width()
        && top + 2 <= source.height()) {
      A above = source.row((int) top);
      A below = source.row((int) top + 1);
      int from = (int) left * source.bands();
      lanes.blend(above, below, from, source.bands(), share(x), share(y), out, at);
      return;
    }
    boolean spoiled =
        edge.spoils(left, taps, source.width()) || edge.spoils(top, taps, source.height());
    lanes.fill(out, at, at + source.bands(), spoiled ? edge.outside() : 0);
    for (int k = 0; k < taps && !spoiled; k++) {
      if (counts(top + k, source.height())) {
        line(
            source.row(clamp(top + k, source.height())),
            left,
            (int) (x & 31),
            kernel.weight((int) (y & 31), k),
            out,
            at);
      }
    }
  }

  private static double share(long thirtySeconds) {
    return (thirtySeconds & KernelTable.FRACTIONS - 1) / (double) KernelTable.FRACTIONS;
  }

  private void line(A row, long left, int fraction, double weight, A out, int at) {
    int bands = source.bands();
    for (int k = 0; k < kernel.taps(); k++) {
      if (counts(left + k, source.width())) {
        double w = weight * kernel.weight(fraction, k);
        lanes.addPixel(row, clamp(left + k, source.width()) * bands, w, out, at, bands);
      }
    }
  }

  private boolean counts(long position, int size) {
    return edge.isStretched() || position >= 0 && position < size;
  }

  private static int clamp(long position, int size) {
    return (int) Math.max(0, Math.min(size - 1, position));
  }
}
