package io.ndstream.coco;

import java.util.HashSet;
import java.util.Set;

/**
 * The member names met in one object, to find repeated ones. A bit of the hash settles nearly every
 * name without a comparison.
 */
final class Keys {
  private static final int FEW = 24;

  private final String[] few = new String[FEW];
  private int count;
  private long bits;
  private Set<String> many;

  void clear() {
    count = 0;
    bits = 0;
    many = null;
  }

  /** False if the name was met before. */
  boolean add(String name) {
    long bit = 1L << (name.hashCode() & 63);
    boolean perhaps = (bits & bit) != 0;
    bits |= bit;
    if (perhaps && isKept(name)) {
      return false;
    }
    if (count < FEW) {
      few[count++] = name;
    } else {
      if (many == null) {
        many = new HashSet<>();
      }
      many.add(name);
    }
    return true;
  }

  boolean contains(String name) {
    return (bits & 1L << (name.hashCode() & 63)) != 0 && isKept(name);
  }

  private boolean isKept(String name) {
    for (int i = 0; i < count; i++) {
      if (few[i].equals(name)) {
        return true;
      }
    }
    return many != null && many.contains(name);
  }
}
