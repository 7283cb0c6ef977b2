package io.ndstream.raster;

import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import java.nio.ByteBuffer;

/**
 * Reads windows of raster files by their location. Every implementation gives the same pixels and
 * is safe for many threads.
 */
public interface FrameReader extends AutoCloseable {
  /**
   * Size, bands and type of a file; cheap after the first call.
   *
   * @throws io.ndstream.error.LoaderException MISSING_FILE, UNREADABLE_FILE, FORBIDDEN_PATH
   */
  FrameHeader header(String location);

  /**
   * Reads pixels in the file's own dtype, little-endian, into their places in {@code into}; bytes
   * between them are left alone, and so are the buffer's position and limit.
   *
   * @param level 0 for the file's own resolution, 1 and up for its overviews
   * @param window in pixels of that level, wholly inside it; nothing is read if it is empty
   * @param bands from 0, in the order wanted; a band may occur twice
   * @param into heap or direct, owned by the caller and used by nobody else until this returns
   * @param times {@code open} and {@code read} are added to
   * @throws io.ndstream.error.LoaderException MISSING_FILE, UNREADABLE_FILE, FORBIDDEN_PATH,
   *     SOURCE_CHANGED; BAD_WINDOW or BAD_ARGUMENT if level, window, bands or layout do not fit.
   *     The buffer may be partly written then.
   */
  void read(
      String location,
      int level,
      Window window,
      int[] bands,
      ByteBuffer into,
      Layout layout,
      StageTimes times);

  @Override
  void close();
}
