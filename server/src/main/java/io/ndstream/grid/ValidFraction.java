package io.ndstream.grid;

import io.ndstream.geom.Window;

/**
 * How much of a window holds data. A pure function of the files, safe for any number of threads.
 */
@FunctionalInterface
public interface ValidFraction {
  /**
   * @param window in pixels of the image
   * @return 0 to 1; pixels outside the image are not valid
   */
  double of(int imageRow, Window window);
}
