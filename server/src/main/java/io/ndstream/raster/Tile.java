package io.ndstream.raster;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Decoded pixels, never written again once shared; or the failure to decode them, for those who
 * waited.
 *
 * @param pixels read by absolute index only, so that threads can share it; null after a failure
 * @param rows how many, from the top of the tile, are there
 * @param failure or null
 */
record Tile(ByteBuffer pixels, int rows, RuntimeException failure) {
  static Tile of(byte[] bytes, int rows) {
    return new Tile(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), rows, null);
  }

  static Tile failed(RuntimeException failure) {
    return new Tile(null, 0, failure);
  }

  /** Memory held, the objects round the pixels included. */
  int weight() {
    return pixels == null ? 0 : pixels.capacity() + 160;
  }
}
