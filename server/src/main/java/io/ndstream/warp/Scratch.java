package io.ndstream.warp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Arrays one thread reuses from one read to the next, so that the steady state makes no garbage. Between two calls of {@link #reset} every
 * call hands out another array, at least as long as asked for, with arbitrary contents.
 */
final class Scratch implements AutoCloseable {
  /** Beyond this, memory is let go at the next reset: one giant sample shall not hold its memory for ever. */
  private static final long KEPT_BYTES = 256L << 20;

  private final List<double[]> doubles = new ArrayList<>();
  private final List<int[]> ints = new ArrayList<>();
  private byte[] bytes = new byte[0];
  private ByteBuffer direct = ByteBuffer.allocateDirect(0);
  private int nextDoubles;
  private int nextInts;
  private long held;

  /** Takes all arrays back. Nothing handed out before may be used any more. */
  void reset() {
    nextDoubles = 0;
    nextInts = 0;
    if (held > KEPT_BYTES) {
      close();
    }
  }

  double[] doubles(int length) {
    int at = nextDoubles++;
    if (at == doubles.size()) {
      doubles.add(new double[0]);
    }
    if (doubles.get(at).length < length) {
      held += 8L * (length - doubles.get(at).length);
      doubles.set(at, new double[length]);
    }
    return doubles.get(at);
  }

  int[] ints(int length) {
    int at = nextInts++;
    if (at == ints.size()) {
      ints.add(new int[0]);
    }
    if (ints.get(at).length < length) {
      held += 4L * (length - ints.get(at).length);
      ints.set(at, new int[length]);
    }
    return ints.get(at);
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
    ints.clear();
    bytes = new byte[0];
    direct = ByteBuffer.allocateDirect(0);
    held = 0;
    reset();
  }
}
