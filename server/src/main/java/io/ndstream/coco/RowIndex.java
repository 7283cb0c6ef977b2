package io.ndstream.coco;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Finds the row of an id in a column in constant time. Holds rows only; the ids stay in the column.
 * Consecutive ids, which most files have, need no table at all.
 */
final class RowIndex {
  private final LongColumn ids;

  /** Rows by hash, -1 where there is none; null if the id of row r is the id of row 0 plus r. */
  private final int[] slots;

  RowIndex(LongColumn ids, int[] slots) {
    this.ids = ids;
    this.slots = slots;
  }

  /** Told of every row whose id an earlier row has. */
  interface Repeat {
    void found(int row, int earlier);
  }

  /**
   * An index of all rows but some; of repeated ids the first row counts.
   *
   * @param without rows to leave out
   */
  static RowIndex of(LongColumn ids, BitSet without, Repeat repeat) {
    if (without.isEmpty() && consecutive(ids)) {
      return new RowIndex(ids, null);
    }
    int length = Integer.highestOneBit(Math.max(8, ids.size()) - 1) << 2;
    int[] slots = new int[length < 0 ? 1 << 30 : length];
    Arrays.fill(slots, -1);
    RowIndex index = new RowIndex(ids, slots);
    for (int row = without.nextClearBit(0); row < ids.size(); row = without.nextClearBit(row + 1)) {
      index.add(row, repeat);
    }
    return index;
  }

  private static boolean consecutive(LongColumn ids) {
    long next = ids.size() == 0 ? 0 : ids.get(0);
    for (int chunk = 0; chunk < ids.chunkCount(); chunk++) {
      long[] part = ids.chunk(chunk);
      for (int i = 0; i < ids.chunkSize(chunk); i++) {
        if (part[i] != next++) {
          return false;
        }
      }
    }
    return ids.size() == 0 || ids.get(ids.size() - 1) >= ids.get(0);
  }

  private void add(int row, Repeat repeat) {
    long id = ids.get(row);
    int mask = slots.length - 1;
    int at = LongIndex.slot(id, mask);
    while (slots[at] >= 0) {
      if (ids.get(slots[at]) == id) {
        repeat.found(row, slots[at]);
        return;
      }
      at = at + 1 & mask;
    }
    slots[at] = row;
  }

  /** Null for consecutive ids. */
  int[] slots() {
    return slots;
  }

  /** Row of an id, or -1. */
  int find(long id) {
    if (slots == null) {
      boolean inside = ids.size() > 0 && id >= ids.get(0) && id <= ids.get(ids.size() - 1);
      return inside ? (int) (id - ids.get(0)) : -1;
    }
    int mask = slots.length - 1;
    for (int at = LongIndex.slot(id, mask); ; at = at + 1 & mask) {
      int row = slots[at];
      if (row < 0 || ids.get(row) == id) {
        return row;
      }
    }
  }
}
