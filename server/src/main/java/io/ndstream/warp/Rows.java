package io.ndstream.warp;

import java.util.Arrays;

/**
 * An image whose rows are made when asked for. The last few are kept, so a step that looks at a span of neighbouring rows makes each of
 * them once, and no step needs a whole image. Elements of a row: pixel after pixel, the bands of a pixel side by side.
 */
abstract class Rows {
  private double[][] kept = new double[0][];
  private int[] heldRow = new int[0];
  private int depth;
  private int width;
  private int height;
  private int bands;

  /**
   * @param newWidth pixels
   * @param rowsKept how many neighbouring rows stay valid at once
   */
  final void shape(int newWidth, int newHeight, int newBands, int rowsKept, Scratch scratch) {
    width = newWidth;
    height = newHeight;
    bands = newBands;
    depth = Math.max(1, Math.min(rowsKept, newHeight));
    if (kept.length < depth) {
      kept = new double[depth][];
      heldRow = new int[depth];
    }
    for (int i = 0; i < depth; i++) {
      kept[i] = scratch.doubles(newWidth * newBands);
    }
    Arrays.fill(heldRow, 0, depth, -1);
  }

  /** Pixels of a row. */
  final int width() {
    return width;
  }

  final int height() {
    return height;
  }

  final int bands() {
    return bands;
  }

  /** Numbers in a row. */
  final int elements() {
    return width * bands;
  }

  /** Row y, valid while only rows nearer than the kept span are asked for. Not to be written to. */
  final double[] row(int y) {
    int slot = y % depth;
    if (heldRow[slot] != y) {
      heldRow[slot] = -1;
      make(y, kept[slot]);
      heldRow[slot] = y;
    }
    return kept[slot];
  }

  abstract void make(int y, double[] into);

  /** The position mirrored into [0, size) at both ends, the end itself not repeated, as often as needed. */
  static int mirror(int position, int size) {
    if (size == 1) {
      return 0;
    }
    int period = 2 * size - 2;
    int p = Math.floorMod(position, period);
    return p < size ? p : period - p;
  }
}
