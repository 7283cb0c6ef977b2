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
        before(x0 - window.x(), x1 - window.right()),
        before(y0 - window.y(), y1 - window.bottom()));
  }

  private static int clamp(int at, int size) {
    return Math.min(size, Math.max(0, at));
  }

  /**
   * @param low how far the start had to move
   * @param high how far the stop had to move
   */
  private static int before(int low, int high) {
    return Math.max(0, low + Math.min(0, high));
  }
}
