package io.ndstream.raster;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/**
 * The libzstd that GDAL was linked with. It decodes with assembly that the copy inside zstd-jni was
 * built without.
 */
final class Libzstd implements Decompressor {
  private static final boolean FOUND = NativeLibrary.bind(Libzstd.class, "zstd");

  /** ZSTD_reset_session_only: the next bytes begin a new frame. */
  private static final int RESET_SESSION = 1;

  // Both of the library's buffer structures are address, size and position, eight bytes each.
  private static final int SIZE = 8;
  private static final int POSITION = 16;
  private static final int BUFFER_BYTES = 24;

  private final Pointer context = ZSTD_createDCtx();
  private final Memory buffers = new Memory(2 * BUFFER_BYTES);
  private final Pointer source = buffers.share(0, BUFFER_BYTES);
  private final Pointer target = buffers.share(BUFFER_BYTES, BUFFER_BYTES);

  private final IntFunction<ByteBuffer> room;

  private Libzstd(IntFunction<ByteBuffer> room) {
    this.room = room;
    Pointer owned = context;
    NativeLibrary.CLEANER.register(this, () -> ZSTD_freeDCtx(owned));
  }

  /**
   * The fastest decoder there is on this machine.
   *
   * @param room gives direct memory of at least this size
   */
  static Decompressor orBundled(IntFunction<ByteBuffer> room) {
    return FOUND ? new Libzstd(room) : new BundledZstd(room);
  }

  @Override
  public void decode(ByteBuffer in, byte[] out, int wanted) throws IOException {
    ByteBuffer decoded = room.apply(wanted);
    ZSTD_DCtx_reset(context, RESET_SESSION);
    describe(source, in, in.limit());
    describe(target, decoded, wanted);
    long hint = ZSTD_decompressStream(context, target, source);
    if (ZSTD_isError(hint) != 0) {
      throw new IOException("ZSTD data make no sense");
    }
    if (target.getLong(POSITION) < wanted) { // all of the data was there to be read
      throw new IOException("ZSTD data end early");
    }
    decoded.get(0, out, 0, wanted);
  }

  private static void describe(Pointer structure, ByteBuffer buffer, int size) {
    structure.setPointer(0, Native.getDirectBufferPointer(buffer));
    structure.setLong(SIZE, size);
    structure.setLong(POSITION, 0);
  }

  private static native Pointer ZSTD_createDCtx();

  private static native long ZSTD_freeDCtx(Pointer context);

  private static native long ZSTD_DCtx_reset(Pointer context, int directive);

  private static native long ZSTD_decompressStream(Pointer context, Pointer out, Pointer in);

  private static native int ZSTD_isError(long code);
}
