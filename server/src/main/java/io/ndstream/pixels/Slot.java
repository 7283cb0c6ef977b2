package io.ndstream.pixels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A block of heap memory with one owner, counted against a budget. grpc-java takes {@code byte[]} and nothing else, hence the heap. The
 * owner hands rows to writers, waits for all of them, and closes; what the block held before is not cleared.
 */
public final class Slot implements AutoCloseable {
  private final byte[] array;
  private final int length;
  private final SlotPool home;
  private Grant grant;

  Slot(byte[] array, int length, SlotPool home, Grant grant) {
    this.array = array;
    this.length = length;
    this.home = home;
    this.grant = grant;
  }

  /** The bytes; valid are [0, {@link #length()}). */
  public byte[] array() {
    return array;
  }

  public int length() {
    return length;
  }

  /** Bytes [offset, offset+size) as a little-endian buffer of its own. */
  public ByteBuffer part(int offset, int size) {
    return ByteBuffer.wrap(array, offset, size).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Gives the memory back. Closing twice is harmless. */
  @Override
  public void close() {
    Grant mine;
    synchronized (this) {
      mine = grant;
      grant = null;
    }
    if (mine != null) {
      home.takeBack(array);
      mine.close();
    }
  }
}
