package io.ndstream.raster;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/**
 * DEFLATE by the libdeflate that GDAL was linked with, nearly twice as fast as zlib. It decodes all
 * or nothing: {@code wanted} must be the length of the whole.
 */
final class Libdeflate implements Decompressor {
  static final boolean FOUND = NativeLibrary.bind(Libdeflate.class, "deflate");

  private final Pointer decompressor = libdeflate_alloc_decompressor();

  private final IntFunction<ByteBuffer> room;

  /**
   * @param room gives direct memory of at least this size
   */
  Libdeflate(IntFunction<ByteBuffer> room) {
    this.room = room;
    Pointer owned = decompressor;
    NativeLibrary.CLEANER.register(this, () -> libdeflate_free_decompressor(owned));
  }

  @Override
  public void decode(ByteBuffer in, byte[] out, int wanted) throws IOException {
    ByteBuffer decoded = room.apply(wanted);
    int result =
        libdeflate_zlib_decompress(
            decompressor,
            Native.getDirectBufferPointer(in),
            in.limit(),
            Native.getDirectBufferPointer(decoded),
            wanted,
            null);
    if (result != 0) {
      throw new IOException("DEFLATE: libdeflate's result " + result);
    }
    decoded.get(0, out, 0, wanted);
  }

  private static native Pointer libdeflate_alloc_decompressor();

  private static native void libdeflate_free_decompressor(Pointer decompressor);

  /** 0 if the stream is sound and fills {@code out} exactly. */
  private static native int libdeflate_zlib_decompress(
      Pointer decompressor, Pointer in, long inBytes, Pointer out, long outBytes, Pointer written);
}
