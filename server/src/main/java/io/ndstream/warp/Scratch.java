package io.ndstream.warp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * Arrays one thread reuses from one read to the next, so that the steady state makes no garbage.
 * Between two calls of {@link #reset} every call hands out another array, at least as long as asked
 * for, with arbitrary contents.
 */
final class Scratch implements AutoCloseable {
  /**
   * Beyond this, memory is let go at the next reset: one giant sample shall not hold its memory for
   * ever.
   */
  private static final long KEPT_BYTES = 256L << 20;

  private final Shelf<double[]> doubles = new Shelf<>(double[]::new, row -> row.length, 8);
  private final Shelf<float[]> floats = new Shelf<>(float[]::new, row -> row.length, 4);
  private final Shelf<int[]> ints = new Shelf<>(int[]::new, row -> row.length, 4);
  private byte[] bytes = new byte[0];
  private ByteBuffer direct = ByteBuffer.allocateDirect(0);
  private long held;

  /** Takes all arrays back. Nothing handed out before may be used any more. */
  void reset() {
    doubles.next = 0;
    floats.next = 0;
    ints.next = 0;
    if (held > KEPT_BYTES) {
      close();
    }
  }

  double[] doubles(int length) {
    return doubles.take(length);
  }

  float[] floats(int length) {
    return floats.take(length);
  }

  int[] ints(int length) {
    return ints.take(length);
  }

  /** The bytes of one row, packed. There is only one such array. */
  byte[] rowBytes(int length) {
    if (bytes.length < length) {
      held += length - bytes.length;
      bytes = new byte[length];
    }
    return bytes;
  }

  /** Direct and little-endian, from index 0 on. There is only one such buffer. */
  ByteBuffer pixels(int length) {
    if (direct.capacity() < length) {
      held += length - direct.capacity();
      direct = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
    }
    return direct.clear();
  }

  /** Lets all memory go; it may be used again. */
  @Override
  public void close() {
    doubles.clear();
    floats.clear();
    ints.clear();
    bytes = new byte[0];
    direct = ByteBuffer.allocateDirect(0);
    held = 0;
    reset();
  }

  /** The arrays of one type, in the order they are handed out. */
  private final class Shelf<A> {
    private final List<A> arrays = new ArrayList<>();
    private final IntFunction<A> make;
    private final ToIntFunction<A> length;
    private final long elementBytes;
    private int next;

    Shelf(IntFunction<A> make, ToIntFunction<A> length, long elementBytes) {
      this.make = make;
      this.length = length;
      this.elementBytes = elementBytes;
    }

    A take(int wanted) {
      int at = next++;
      if (at == arrays.size()) {
        arrays.add(make.apply(0));
      }
      int present = length.applyAsInt(arrays.get(at));
      if (present < wanted) {
        held += elementBytes * (wanted - present);
        arrays.set(at, make.apply(wanted));
      }
      return arrays.get(at);
    }

    void clear() {
      arrays.clear();
    }
  }
}
