package io.ndstream.sample;

import io.ndstream.geom.Window;

/**
 * A window laid over a canvas: what exists of it, and how much is to be filled round that.
 *
 * @param existing in pixels of the canvas; empty if the window lies outside
 * @param left columns of fill before the existing ones
 * @param top rows of fill before the existing ones
 */
record Embedding(Window existing, int left, int top) {
  static Embedding of(Window window, int canvasWidth, int canvasHeight) {
    int x0 = clamp(window.x(), canvasWidth);
    int x1 = clamp(window.right(), canvasWidth);
    int y0 = clamp(window.y(), canvasHeight);
    int y1 = clamp(window.bottom(), canvasHeight);
    return new Embedding(
        Window.ofCorners(x0, y0, x1, y1),
        before(x0 - window.x(), window.right() - x1),
        before(y0 - window.y(), window.bottom() - y1));
  }

  private static int clamp(int at, int size) {
    return Math.min(size, Math.max(0, at));
  }

  /**
   * @param low pixels of the window before what exists
   * @param high pixels of the window after it; below 0 if the window ends before the canvas begins
   */
  private static int before(int low, int high) {
    return Math.max(0, low + Math.min(0, high));
  }
}
