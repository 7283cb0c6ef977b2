package io.ndstream.coco;

import java.util.Arrays;

/** A growing column of ints in chunks, so that growing never copies what is there. The owner stops writing before others read. */
final class IntColumn {
  private static final int BITS = 16;
  private static final int CHUNK = 1 << BITS;
  private static final int SMALL = 256;

  private int[][] chunks = {new int[SMALL]};
  private int size;

  /** A column of rows that are still to be written, through {@link #chunk}. */
  static IntColumn ofSize(int size) {
    IntColumn column = new IntColumn();
    column.size = size;
    column.chunks = new int[Math.max(1, column.chunkCount())][];
    for (int i = 0; i < column.chunks.length; i++) {
      column.chunks[i] = new int[Math.min(CHUNK, Math.max(1, size - (i << BITS)))];
    }
    return column;
  }

  int size() {
    return size;
  }

  int get(int row) {
    return chunks[row >>> BITS][row & CHUNK - 1];
  }

  void set(int row, int value) {
    chunks[row >>> BITS][row & CHUNK - 1] = value;
  }

  void add(int value) {
    int chunk = size >>> BITS;
    int at = size & CHUNK - 1;
    if (chunk == chunks.length) {
      chunks = Arrays.copyOf(chunks, chunk + 1);
      chunks[chunk] = new int[CHUNK];
    } else if (at == chunks[chunk].length) {
      chunks[chunk] = Arrays.copyOf(chunks[chunk], Math.min(CHUNK, at * 4 + SMALL));
    }
    chunks[chunk][at] = value;
    size++;
  }

  /** Forgets the rows from {@code newSize} on. */
  void truncate(int newSize) {
    size = newSize;
    chunks = Arrays.copyOf(chunks, Math.max(1, (newSize + CHUNK - 1) >>> BITS));
  }

  /** The part of the column in chunk {@code index} as an array that is shared; its first {@link #chunkSize} entries count. */
  int[] chunk(int index) {
    return chunks[index];
  }

  int chunkSize(int index) {
    return Math.min(CHUNK, size - (index << BITS));
  }

  int chunkCount() {
    return (size + CHUNK - 1) >>> BITS;
  }
}
