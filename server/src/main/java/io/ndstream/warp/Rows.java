package io.ndstream.warp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An image whose rows are made when asked for. The last few are kept, so a step that looks at a
 * span of neighbouring rows makes each of them once, and no step needs a whole image. Elements of a
 * row: pixel after pixel, the bands of a pixel side by side.
 *
 * @param <A> a row
 */
abstract class Rows<A> {
  final Lanes<A> lanes;
  private final List<A> kept = new ArrayList<>();
  private int[] heldRow = new int[0];
  private int depth;
  private int width;
  private int height;
  private int bands;

  Rows(Lanes<A> lanes) {
    this.lanes = lanes;
  }

  /**
   * @param newWidth pixels
   * @param rowsKept how many neighbouring rows stay valid at once
   */
  final void shape(int newWidth, int newHeight, int newBands, int rowsKept, Scratch scratch) {
    width = newWidth;
    height = newHeight;
    bands = newBands;
    depth = Math.max(1, Math.min(rowsKept, newHeight));
    if (heldRow.length < depth) {
      heldRow = new int[depth];
    }
    kept.clear();
    for (int i = 0; i < depth; i++) {
      kept.add(lanes.row(scratch, newWidth * newBands));
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

  /**
   * Row y, valid while only rows nearer than the kept span are asked for. Not to be written to
   * where it may be asked for again.
   */
  final A row(int y) {
    // A sampler that looks anywhere keeps all rows, and asks for one at every pixel: a division
    // would be most of its work.
    int slot = depth == height ? y : y % depth;
    if (heldRow[slot] != y) {
      heldRow[slot] = -1;
      make(y, kept.get(slot));
      heldRow[slot] = y;
    }
    return kept.get(slot);
  }

  abstract void make(int y, A into);

  /**
   * The position mirrored into [0, size) at both ends, the end itself not repeated, as often as
   * needed.
   */
  static int mirror(int position, int size) {
    if (size == 1) {
      return 0;
    }
    int period = 2 * size - 2;
    int p = Math.floorMod(position, period);
    return p < size ? p : period - p;
  }
}
