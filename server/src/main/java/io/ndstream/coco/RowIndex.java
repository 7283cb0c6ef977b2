package io.ndstream.coco;

import java.util.Arrays;
import java.util.BitSet;

/** Finds the row of an id in a column in constant time. Holds rows only; the ids stay in the column. */
final class RowIndex {
  private final LongColumn ids;
  private final int[] slots;

  private RowIndex(LongColumn ids, int[] slots) {
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
    int length = Integer.highestOneBit(Math.max(8, ids.size()) - 1) << 2;
    int[] slots = new int[length < 0 ? 1 << 30 : length];
    Arrays.fill(slots, -1);
    RowIndex index = new RowIndex(ids, slots);
    for (int row = without.nextClearBit(0); row < ids.size(); row = without.nextClearBit(row + 1)) {
      index.add(row, repeat);
    }
    return index;
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

  /** Row of an id, or -1. */
  int find(long id) {
    int mask = slots.length - 1;
    for (int at = LongIndex.slot(id, mask); ; at = at + 1 & mask) {
      int row = slots[at];
      if (row < 0 || ids.get(row) == id) {
        return row;
      }
    }
  }
}
