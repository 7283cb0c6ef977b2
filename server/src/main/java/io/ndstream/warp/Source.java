package io.ndstream.warp;

import io.ndstream.geom.Window;

/**
 * What a plan reads from: a file with overviews, each half of the one before, rounded up.
 *
 * @param width columns at full resolution
 * @param height rows at full resolution
 * @param overviews levels that may be read beside the full one
 */
public record Source(int width, int height, int overviews) {
  Window level(int level) {
    return new Window(0, 0, halved(width, level), halved(height, level));
  }

  /** ceil(size / 2^level). */
  public static int halved(int size, int level) {
    return (int) ((size + (1L << level) - 1) >> level);
  }
}
