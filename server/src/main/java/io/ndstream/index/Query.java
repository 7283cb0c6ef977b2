package io.ndstream.index;

import io.ndstream.geom.Window;

/**
 * A box that is asked for, turned the right way round. It is compared in whole pixels first: for a
 * whole number a, {@code a <= right} is the same as {@code a <= floor(right)}, and {@code a >=
 * left} as {@code a >= ceil(left)}; so on boxes rounded outward the answer is never a false no, and
 * on boxes of whole numbers never a false yes.
 */
final class Query {
  /** Edges lie within, so that no difference of two overflows. */
  static final int LIMIT = (1 << 30) - 1;

  private static final Query NOWHERE =
      new Query(Double.NaN, Double.NaN, Double.NaN, Double.NaN, LIMIT, LIMIT, -LIMIT, -LIMIT);

  private final double left;
  private final double top;
  private final double right;
  private final double bottom;
  private final int leftPixel;
  private final int topPixel;
  private final int rightPixel;
  private final int bottomPixel;

  private Query(
      double left,
      double top,
      double right,
      double bottom,
      int leftPixel,
      int topPixel,
      int rightPixel,
      int bottomPixel) {
    this.left = left;
    this.top = top;
    this.right = right;
    this.bottom = bottom;
    this.leftPixel = leftPixel;
    this.topPixel = topPixel;
    this.rightPixel = rightPixel;
    this.bottomPixel = bottomPixel;
  }

  /** Edges may be reversed; with a NaN nothing touches. */
  static Query of(double x, double y, double x2, double y2) {
    double left = Math.min(x, x2);
    double top = Math.min(y, y2);
    double right = Math.max(x, x2);
    double bottom = Math.max(y, y2);
    return left <= right && top <= bottom
        ? new Query(left, top, right, bottom, ceil(left), ceil(top), floor(right), floor(bottom))
        : NOWHERE;
  }

  static Query of(Window window) {
    int left = clamp(window.x());
    int top = clamp(window.y());
    int right = clamp((long) window.x() + window.width());
    int bottom = clamp((long) window.y() + window.height());
    return new Query(
        window.x(),
        window.y(),
        (double) window.x() + window.width(),
        (double) window.y() + window.height(),
        left,
        top,
        right,
        bottom);
  }

  private static int clamp(long pixel) {
    return (int) Math.max(-LIMIT, Math.min(LIMIT, pixel));
  }

  static int floor(double edge) {
    return (int) Math.max(-LIMIT, Math.min(LIMIT, Math.floor(edge)));
  }

  static int ceil(double edge) {
    return (int) Math.max(-LIMIT, Math.min(LIMIT, Math.ceil(edge)));
  }

  /**
   * Whether a box in whole pixels touches: one jump a box, where four comparisons are four that the
   * processor cannot foresee.
   *
   * @param at where left, top, right and bottom of the box begin
   */
  boolean meets(int[] edges, int at) {
    return (rightPixel - edges[at]
            | edges[at + 2] - leftPixel
            | bottomPixel - edges[at + 1]
            | edges[at + 3] - topPixel)
        >= 0;
  }

  /** Area in common with a box that {@link #meets}. */
  double commonArea(int[] edges, int at) {
    return (double) (Math.min(rightPixel, edges[at + 2]) - Math.max(leftPixel, edges[at]))
        * (Math.min(bottomPixel, edges[at + 3]) - Math.max(topPixel, edges[at + 1]));
  }

  /** Whether a box touches, to the last bit. Its edges may be reversed. */
  boolean touches(double x, double y, double x2, double y2) {
    return Math.min(x, x2) <= right
        && Math.max(x, x2) >= left
        && Math.min(y, y2) <= bottom
        && Math.max(y, y2) >= top;
  }
}
