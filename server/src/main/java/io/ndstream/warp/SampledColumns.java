package io.ndstream.warp;

/** Another image resampled along its rows only. */
final class SampledColumns extends Rows {
  private Rows source;
  private Taps taps;

  SampledColumns open(Rows of, Taps by, int width, int rowsKept, Scratch scratch) {
    source = of;
    taps = by;
    shape(width, of.height(), of.bands(), rowsKept, scratch);
    return this;
  }

  @Override
  void make(int y, double[] into) {
    taps.apply(source.row(y), into);
  }
}
