package io.ndstream.pixels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A slot on the heap, for messages that carry the bytes: grpc-java takes {@code byte[]} and nothing
 * else.
 */
public final class HeapSlot implements Slot {
  private final byte[] array;
  private final int length;
  private final SlotPool home;
  private Grant grant;

  HeapSlot(byte[] array, int length, SlotPool home, Grant grant) {
    this.array = array;
    this.length = length;
    this.home = home;
    this.grant = grant;
  }

  /** The bytes; valid are [0, {@link #length()}). */
  public byte[] array() {
    return array;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public ByteBuffer part(int offset, int size) {
    return ByteBuffer.wrap(array, offset, size).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public Elements elements(int offset, int size) {
    return new Elements.OnHeap(array, offset, size);
  }

  @Override
  public void share() {
    // The message has the bytes themselves.
  }

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
