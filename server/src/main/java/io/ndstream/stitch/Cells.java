package io.ndstream.stitch;

import io.ndstream.geom.Window;

/**
 * Cells of one strip of a tile, by their places in the strip's array: {@code runs} runs of {@code
 * count} neighbours. Rows as wide as the tile are one run, for long loops are the fast ones.
 *
 * @param strip number of the strip, from the top
 * @param from place of the first cell
 * @param step from the start of one run to the start of the next
 */
record Cells(int strip, int from, int count, int runs, int step) {
  /**
   * Rows of a strip: enough that a loop over it is long, few enough that what is added and the sums
   * stay near.
   */
  static final int ROWS = 16;

  /**
   * Cells more than needed in every array, 304 bytes of them. Sides of tiles are powers of two; the
   * arrays of a loop would lie whole pages apart, and a processor takes a read for one of what was
   * just written if the places in their pages are the same.
   */
  private static final int SPARE = 76;

  /**
   * @param part in pixels of the tile, within one strip of it
   * @param width of the tile
   */
  static Cells of(Window part, int width) {
    int strip = part.y() / ROWS;
    int from = (part.y() - strip * ROWS) * width + part.x();
    return part.width() == width
        ? new Cells(strip, from, part.height() * width, 1, 0)
        : new Cells(strip, from, part.width(), part.height(), width);
  }

  /** So many cells for each. */
  Cells deep(int depth) {
    return new Cells(strip, from * depth, count * depth, runs, step * depth);
  }

  /** The same in a strip that is the only one. */
  Cells alone() {
    return new Cells(0, from, count, runs, step);
  }

  /** Strips of so many rows. */
  static int strips(int rows) {
    return (rows + ROWS - 1) / ROWS;
  }

  /** An array for so many values by their places. */
  static float[] floats(int length) {
    return new float[length + SPARE];
  }

  static double[] doubles(int length) {
    return new double[length + SPARE / 2];
  }

  /** Cells of a strip of a tile; the last may have fewer rows. */
  static int length(int strip, int rows, int columns) {
    return Math.min(ROWS, rows - strip * ROWS) * columns;
  }
}
