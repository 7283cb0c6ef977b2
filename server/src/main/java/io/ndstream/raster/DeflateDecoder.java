package io.ndstream.raster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/**
 * DEFLATE by whichever of two decoders is done first: libdeflate, where there is one, is nearly
 * twice as fast but has no way to stop; the JDK's can stop. Owned by one thread.
 */
final class DeflateDecoder {
  private final Decompressor stopping = new JdkInflate();
  private final Decompressor whole;

  /**
   * @param room gives direct memory of at least this size
   */
  DeflateDecoder(IntFunction<ByteBuffer> room) {
    whole = Libdeflate.FOUND ? new Libdeflate(room) : stopping;
  }

  /** How many of {@code all} rows are decoded soonest when {@code rows} are wanted. */
  static int decodable(int rows, int all) {
    return Libdeflate.FOUND && 2 * rows > all ? all : rows;
  }

  /**
   * Decodes the first {@code wanted} of {@code all} bytes.
   *
   * @throws IOException if the data end early or make no sense
   */
  void decode(ByteBuffer in, byte[] out, int wanted, long all) throws IOException {
    (wanted == all ? whole : stopping).decode(in, out, wanted);
  }
}
