package io.ndstream.raster;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * JPEG by libjpeg-turbo's own interface: the code behind GDAL's JPEG format, so the same pixels,
 * without a file and a data set for every stream. Owned by one thread.
 */
final class Turbojpeg {
  static final boolean FOUND = NativeLibrary.bind(Turbojpeg.class, "turbojpeg");

  private static final int RGB = 0;
  private static final int GRAY = 6;
  private static final int FATAL = 1;

  /** How the header names a stream of one band. */
  private static final int ONE_BAND = 2;

  private final Pointer decompressor = tjInitDecompress();
  private final int[] columns = new int[1];
  private final int[] rows = new int[1];
  private final int[] subsampling = new int[1];
  private final int[] colours = new int[1];

  Turbojpeg() {
    Pointer owned = decompressor;
    NativeLibrary.CLEANER.register(this, () -> tjDestroy(owned));
  }

  /**
   * Rows, columns, bands into {@code into} from index 0. A stream that ends early is grey from
   * there on, as GDAL has it.
   *
   * @param bands 1 or 3
   * @param into direct
   * @throws IOException if the stream is none, or of another size
   */
  void decode(byte[] stream, int width, int height, int bands, ByteBuffer into) throws IOException {
    tell(
        tjDecompressHeader3(
            decompressor,
            stream,
            new NativeLong(stream.length),
            columns,
            rows,
            subsampling,
            colours));
    if (columns[0] != width || rows[0] != height || (colours[0] == ONE_BAND) != (bands == 1)) {
      throw new IOException("a JPEG tile of another size");
    }
    Pointer out = Native.getDirectBufferPointer(into);
    int format = bands == 1 ? GRAY : RGB;
    tell(
        tjDecompress2(
            decompressor,
            stream,
            new NativeLong(stream.length),
            out,
            width,
            width * bands,
            height,
            format,
            0));
  }

  private void tell(int result) throws IOException {
    if (result != 0 && tjGetErrorCode(decompressor) == FATAL) {
      throw new IOException("JPEG: " + tjGetErrorStr2(decompressor));
    }
  }

  private static native Pointer tjInitDecompress();

  private static native int tjDestroy(Pointer handle);

  private static native int tjDecompressHeader3(
      Pointer handle,
      byte[] stream,
      NativeLong length,
      int[] width,
      int[] height,
      int[] subsampling,
      int[] colours);

  private static native int tjDecompress2(
      Pointer handle,
      byte[] stream,
      NativeLong length,
      Pointer out,
      int width,
      int pitch,
      int height,
      int format,
      int flags);

  private static native int tjGetErrorCode(Pointer handle);

  private static native String tjGetErrorStr2(Pointer handle);
}
