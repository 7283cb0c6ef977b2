package io.ndstream.raster;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/** The copy of libzstd that zstd-jni brings along, for machines that have no other. */
final class BundledZstd implements Decompressor {
  private final ZstdDecompressCtx context = new ZstdDecompressCtx();

  private final IntFunction<ByteBuffer> room;

  /**
   * @param room gives direct memory of at least this size
   */
  BundledZstd(IntFunction<ByteBuffer> room) {
    this.room = room;
  }

  @Override
  public void decode(ByteBuffer in, byte[] out, int wanted) throws IOException {
    ByteBuffer decoded = room.apply(wanted).duplicate().clear().limit(wanted);
    try {
      context.reset();
      context.decompressDirectByteBufferStream(decoded, in.duplicate());
    } catch (ZstdException e) {
      throw new IOException("ZSTD: " + e.getMessage(), e);
    }
    if (decoded.hasRemaining()) { // all of the data was there to be read
      throw new IOException("ZSTD data end early");
    }
    decoded.get(0, out, 0, wanted);
  }
}
