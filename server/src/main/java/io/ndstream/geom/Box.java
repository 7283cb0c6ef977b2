package io.ndstream.geom;

/**
 * An axis-aligned rectangle by its edges, x first. Edges may coincide or, for boxes as found in
 * manifests, be reversed.
 */
public record Box(double left, double top, double right, double bottom) {
  /** From x, y, width, height, as a kwcoco bbox is written. */
  public static Box ofXywh(double x, double y, double width, double height) {
    return new Box(x, y, x + width, y + height);
  }

  public double width() {
    return right - left;
  }

  public double height() {
    return bottom - top;
  }

  public double area() {
    return width() * height();
  }

  public Box translate(double dx, double dy) {
    return new Box(left + dx, top + dy, right + dx, bottom + dy);
  }

  /** Area of the common part, 0 if there is none. */
  public double intersectionArea(Box other) {
    double w = Math.min(right, other.right) - Math.max(left, other.left);
    double h = Math.min(bottom, other.bottom) - Math.max(top, other.top);
    return Math.max(0, w) * Math.max(0, h);
  }

  /** The smallest box with integer edges round this one. */
  public Box roundOut() {
    return new Box(Math.floor(left), Math.floor(top), Math.ceil(right), Math.ceil(bottom));
  }
}
