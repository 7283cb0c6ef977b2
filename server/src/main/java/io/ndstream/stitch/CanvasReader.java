package io.ndstream.stitch;

import io.ndstream.geom.Window;
import java.util.List;

/** Reads a canvas that others may be adding to. Thread-safe. */
interface CanvasReader {
  /**
   * @param part inside the canvas
   * @param sums row-major, bands interleaved
   * @param weights row-major
   */
  void read(Window part, double[] sums, double[] weights);

  /**
   * The tiles that a window fell on, row by row: all that is not empty, however large the canvas.
   */
  List<Window> touched();
}
