package io.ndstream.raster;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Undoes one kind of compression. Owned by one thread. */
interface Decompressor {
  /**
   * Decodes the first {@code wanted} bytes.
   *
   * @param in the compressed bytes, direct, from position 0 to its limit
   * @throws IOException if the data end early or make no sense
   */
  void decode(ByteBuffer in, byte[] out, int wanted) throws IOException;
}
