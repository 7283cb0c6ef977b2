package io.ndstream.coco;

import java.util.Arrays;

/**
 * Numbers distinct 64-bit keys in the order they first come: 0, 1, 2 … Open addressing, at most
 * half full; no boxes.
 */
final class LongIndex {
  private long[] keys;
  private int[] slots;
  private int size;

  LongIndex() {
    this(8);
  }

  /**
   * @param expected keys there is room for at once
   */
  LongIndex(int expected) {
    keys = new long[Math.max(1, expected)];
    slots = emptySlots(Math.max(2, Integer.highestOneBit(expected) * 4));
  }

  int size() {
    return size;
  }

  long key(int number) {
    return keys[number];
  }

  /** Number of a key, or -1. */
  int find(long key) {
    int mask = slots.length - 1;
    for (int at = slot(key, mask); ; at = at + 1 & mask) {
      int number = slots[at];
      if (number < 0 || keys[number] == key) {
        return number;
      }
    }
  }

  /** Number of a key, which is added if it is new. */
  int add(long key) {
    int mask = slots.length - 1;
    int at = slot(key, mask);
    while (slots[at] >= 0) {
      if (keys[slots[at]] == key) {
        return slots[at];
      }
      at = at + 1 & mask;
    }
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, size * 2);
    }
    keys[size] = key;
    slots[at] = size++;
    if (size * 2 > slots.length) {
      grow();
    }
    return size - 1;
  }

  private void grow() {
    slots = emptySlots(slots.length * 2);
    int mask = slots.length - 1;
    for (int number = 0; number < size; number++) {
      int at = slot(keys[number], mask);
      while (slots[at] >= 0) {
        at = at + 1 & mask;
      }
      slots[at] = number;
    }
  }

  private static int[] emptySlots(int length) {
    int[] slots = new int[length];
    Arrays.fill(slots, -1);
    return slots;
  }

  /**
   * Spreads the key by a multiplication: ids are mostly consecutive, and their high bits must count
   * too.
   */
  static int slot(long key, int mask) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    return (int) (mixed ^ mixed >>> 32) & mask;
  }
}
