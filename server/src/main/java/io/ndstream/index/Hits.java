package io.ndstream.index;

import java.util.Arrays;

/**
 * The answer of a query, reused by one thread from query to query so that queries allocate nothing.
 */
public final class Hits {
  private int[] rows = new int[64];
  private int size;

  public int size() {
    return size;
  }

  /** Annotation row, ascending by annotation id. */
  public int row(int i) {
    return rows[i];
  }

  public int[] toArray() {
    return Arrays.copyOf(rows, size);
  }

  void clear() {
    size = 0;
  }

  /** Always true: there is room for more. */
  boolean add(int value) {
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, size * 2);
    }
    rows[size++] = value;
    return true;
  }

  void sort() {
    Arrays.sort(rows, 0, size);
  }
}
