package io.ndstream.stitch;

import io.ndstream.geom.Window;

/** Reads a canvas that others may be adding to. Thread-safe. */
interface CanvasReader {
  /**
   * @param part inside the canvas
   * @param sums row-major, bands interleaved
   * @param weights row-major
   */
  void read(Window part, double[] sums, double[] weights);

  /** Whether any window fell on a tile. */
  boolean isTouched(int column, int row);
}
