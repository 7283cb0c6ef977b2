package io.ndstream.stitch;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;

/** The averages of an image: of its canvas, or of the raster that was written of it. */
public interface Averages {
  Window bounds();

  int bands();

  Affine imageFromAsset();

  /**
   * @param part inside the bounds
   * @param into row-major, bands interleaved: float32 values, NaN where there are none
   */
  void averages(Window part, double[] into);
}
