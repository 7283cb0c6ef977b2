package io.ndstream.pixels;

import java.nio.ByteBuffer;

/**
 * A block of memory with one owner, counted against a budget. The owner hands parts to writers,
 * waits for all of them, and closes; what the block held before is not cleared.
 */
public interface Slot extends AutoCloseable {
  /** Bytes, from 0 on. */
  int length();

  /** Bytes [offset, offset+size) as a little-endian buffer of its own. */
  ByteBuffer part(int offset, int size);

  /** The same bytes, as a message tells them to its receiver. */
  Elements elements(int offset, int size);

  /**
   * Before a message with these {@link #elements} goes out: where they are only named in it, the
   * receiver holds the slot from here until it gives it back. Bytes of the message itself are
   * copied when it is sent, so then there is nothing to hold.
   */
  void share();

  /** Gives the memory back, now or when the receiver has. Closing twice is harmless. */
  @Override
  void close();
}
