package io.ndstream.stitch;

/** How strictly a window's data must fit its box, and the box its canvas. */
public enum Placement {
  /**
   * The data has the shape of the box, weights that of the data and are finite and 0 or more; what
   * hangs over the canvas is dropped.
   */
  STRICT,
  /**
   * As geowatch: data and box are cut to each other from the top left, weights may differ by 10
   * pixels an axis and have any sign.
   */
  LENIENT,
  /** As strict, and the box lies inside the canvas. */
  INSIDE
}
