package io.ndstream.annot;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;

/** Boxes of annotations under a map, and how much of one is seen. */
public final class Boxes {
  private Boxes() {}

  /**
   * Scaled and moved if the map does no more, without turning it over; else the bounding box of the
   * mapped corners.
   */
  public static Box map(Box box, Affine map) {
    if (!map.isScaleAndTranslate() || map.a11() < 0 || map.a22() < 0) {
      return map.bounds(box);
    }
    double left = map.a11() * box.left() + map.tx();
    double top = map.a22() * box.top() + map.ty();
    return Box.ofXywh(left, top, map.a11() * box.width(), map.a22() * box.height());
  }

  /**
   * Share of the box inside the window; 0 for a box without area. The small addend is the
   * reference's.
   */
  public static double visibility(Box box, Box window) {
    return box.intersectionArea(window) / (box.area() + 1e-6);
  }

  /** The part inside the window; without area, at the nearest edge, if there is none. */
  public static Box clip(Box box, Box window) {
    return new Box(
        clamp(box.left(), window.left(), window.right()),
        clamp(box.top(), window.top(), window.bottom()),
        clamp(box.right(), window.left(), window.right()),
        clamp(box.bottom(), window.top(), window.bottom()));
  }

  private static double clamp(double value, double low, double high) {
    return Math.max(low, Math.min(high, value));
  }
}
