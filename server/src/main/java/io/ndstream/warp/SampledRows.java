package io.ndstream.warp;

/** Another image resampled along its columns only, by a separable map. */
final class SampledRows<A> extends Rows<A> {
  private Rows<A> source;
  private FixedMap map;
  private KernelTable kernel;
  private Edge edge;

  SampledRows(Lanes<A> lanes) {
    super(lanes);
  }

  /**
   * @param of keeps as many rows as the kernel has taps
   */
  SampledRows<A> open(
      Rows<A> of, FixedMap by, KernelTable with, int height, Edge beyond, Scratch scratch) {
    source = of;
    map = by;
    kernel = with;
    edge = beyond;
    shape(of.width(), height, of.bands(), 1, scratch);
    return this;
  }

  @Override
  void make(int y, A into) {
    long at = FixedMap.toThirtySeconds(map.yOfRow(y) + map.yOfColumn(0));
    long first = (at >> 5) + kernel.first();
    int fraction = (int) (at & 31);
    if (edge.spoils(first, kernel.taps(), source.height())) {
      lanes.fill(into, 0, elements(), edge.outside());
    } else if (kernel.taps() == 2 && first >= 0 && first + 2 <= source.height()) {
      A above = source.row((int) first);
      A below = source.row((int) first + 1);
      lanes.mix(
          above, kernel.weight(fraction, 0), below, kernel.weight(fraction, 1), into, elements());
    } else {
      sum(first, fraction, into);
    }
  }

  private void sum(long first, int fraction, A into) {
    lanes.fill(into, 0, elements(), 0);
    for (int k = 0; k < kernel.taps(); k++) {
      long p = first + k;
      if (edge.isStretched() || p >= 0 && p < source.height()) {
        int y = (int) Math.max(0, Math.min(source.height() - 1, p));
        lanes.add(source.row(y), kernel.weight(fraction, k), into, elements());
      }
    }
  }
}
