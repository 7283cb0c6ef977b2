package io.ndstream.geom;

import static io.ndstream.error.Checks.require;
import static io.ndstream.error.Reason.BAD_WINDOW;

/**
 * A half-open rectangle of pixels: columns [x, x+width), rows [y, y+height). It may reach past the
 * image; the part outside is padding.
 *
 * @param width columns, 0 or more
 * @param height rows, 0 or more
 */
public record Window(int x, int y, int width, int height) {
  public Window {
    require(width >= 0, BAD_WINDOW, "width", width, ">= 0");
    require(height >= 0, BAD_WINDOW, "height", height, ">= 0");
  }

  public static Window ofCorners(int left, int top, int right, int bottom) {
    return new Window(left, top, right - left, bottom - top);
  }

  public int right() {
    return x + width;
  }

  public int bottom() {
    return y + height;
  }

  public boolean isEmpty() {
    return width == 0 || height == 0;
  }

  public long area() {
    return (long) width * height;
  }

  /** The common part; empty, at the nearer edge, if there is none. */
  public Window intersect(Window other) {
    int left = Math.max(x, other.x);
    int top = Math.max(y, other.y);
    int right = Math.max(left, Math.min(right(), other.right()));
    int bottom = Math.max(top, Math.min(bottom(), other.bottom()));
    return ofCorners(left, top, right, bottom);
  }

  public boolean contains(Window other) {
    return other.x >= x && other.y >= y && other.right() <= right() && other.bottom() <= bottom();
  }

  public Window translate(int dx, int dy) {
    return new Window(x + dx, y + dy, width, height);
  }

  public Box toBox() {
    return new Box(x, y, right(), bottom());
  }
}
