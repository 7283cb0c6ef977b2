package io.ndstream.annot;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A growable column of {@code long}s that keeps its memory when it is cleared. Belongs to one
 * thread at a time.
 */
public final class Longs {
  private long[] values = new long[16];
  private int size;

  public int size() {
    return size;
  }

  public long get(int index) {
    return values[Objects.checkIndex(index, size)];
  }

  public void add(long value) {
    reserve(1);
    values[size++] = value;
  }

  public void clear() {
    size = 0;
  }

  public long[] toArray() {
    return Arrays.copyOf(values, size);
  }

  public int byteSize() {
    return Math.multiplyExact(size, Long.BYTES);
  }

  /**
   * Writes all values at the buffer's position, in its byte order, and moves the position past
   * them.
   */
  public void writeTo(ByteBuffer into) {
    into.asLongBuffer().put(values, 0, size);
    into.position(into.position() + byteSize());
  }

  void addToLast(long delta) {
    values[size - 1] += delta;
  }

  void addAll(Longs other) {
    reserve(other.size);
    System.arraycopy(other.values, 0, values, size, other.size);
    size += other.size;
  }

  private void reserve(int more) {
    if (size + more > values.length) {
      values = Arrays.copyOf(values, Math.max(size + more, 2 * values.length));
    }
  }
}
