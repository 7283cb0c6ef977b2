package io.ndstream.pixels;

/** Where slots come from. */
@FunctionalInterface
public interface BufferSource {
  /** Has none: for streams whose batches all travel in messages. */
  BufferSource NONE = bytes -> null;

  /**
   * @return a slot of this length, or null while there is no room for one
   */
  Slot tryClaim(long bytes);
}
