package io.ndstream.coco;

import java.util.Arrays;

/**
 * A growing column of ints in chunks, so that growing never copies what is there. The owner stops
 * writing before others read.
 */
final class IntColumn {
  private static final int BITS = 16;
  private static final int CHUNK = 1 << BITS;
  private static final int SMALL = 256;

  private int[][] chunks = {new int[SMALL]};

  /** The last chunk, and how much of it is in use: adding a value is a store and an increment. */
  private int[] last = chunks[0];

  private int used;

  /** A column of rows that are still to be written, through {@link #chunk}. */
  static IntColumn ofSize(int size) {
    IntColumn column = new IntColumn();
    column.chunks = new int[Math.max(1, (size + CHUNK - 1) >>> BITS)][];
    for (int i = 0; i < column.chunks.length; i++) {
      column.chunks[i] = new int[Math.min(CHUNK, Math.max(1, size - (i << BITS)))];
    }
    column.end(size);
    return column;
  }

  int size() {
    return (chunks.length - 1 << BITS) + used;
  }

  int get(int row) {
    return chunks[row >>> BITS][row & CHUNK - 1];
  }

  void set(int row, int value) {
    chunks[row >>> BITS][row & CHUNK - 1] = value;
  }

  void add(int value) {
    if (used == last.length) {
      grow();
    }
    last[used++] = value;
  }

  private void grow() {
    int index = chunks.length - 1;
    if (used == CHUNK) {
      chunks = Arrays.copyOf(chunks, ++index + 1);
      chunks[index] = new int[CHUNK];
      used = 0;
    } else {
      chunks[index] = Arrays.copyOf(last, Math.min(CHUNK, used * 4 + SMALL));
    }
    last = chunks[index];
  }

  /** Forgets the rows from {@code newSize} on. */
  void truncate(int newSize) {
    chunks = Arrays.copyOf(chunks, Math.max(1, (newSize + CHUNK - 1) >>> BITS));
    end(newSize);
  }

  private void end(int size) {
    last = chunks[chunks.length - 1];
    used = size - (chunks.length - 1 << BITS);
  }

  /**
   * The part of the column in chunk {@code index} as an array that is shared; its first {@link
   * #chunkSize} entries count.
   */
  int[] chunk(int index) {
    return chunks[index];
  }

  int chunkSize(int index) {
    return Math.min(CHUNK, size() - (index << BITS));
  }

  int chunkCount() {
    return (size() + CHUNK - 1) >>> BITS;
  }
}
