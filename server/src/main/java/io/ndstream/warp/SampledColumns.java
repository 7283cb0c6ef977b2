package io.ndstream.warp;

/** Another image resampled along its rows only. */
final class SampledColumns<A> extends Rows<A> {
  private Rows<A> source;
  private Taps<A> taps;

  SampledColumns(Lanes<A> lanes) {
    super(lanes);
  }

  SampledColumns<A> open(Rows<A> of, Taps<A> by, int width, int rowsKept, Scratch scratch) {
    source = of;
    taps = by;
    shape(width, of.height(), of.bands(), rowsKept, scratch);
    return this;
  }

  @Override
  void make(int y, A into) {
    taps.apply(source.row(y), into);
  }
}
