package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import java.nio.ByteBuffer;

/**
 * The checks every reader makes before it touches a pixel: a wrong stride must never become a stray
 * write.
 */
final class ReadCheck {
  private ReadCheck() {}

  static void check(
      String location,
      FrameHeader header,
      int level,
      Window window,
      int[] bands,
      ByteBuffer into,
      Layout layout) {
    if (level < 0 || level >= header.levels().size()) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT, "file", location, "level", level, "levels", header.levels().size());
    }
    FrameHeader.Level size = header.levels().get(level);
    if (window.x() < 0
        || window.y() < 0
        || (long) window.x() + window.width() > size.width()
        || (long) window.y() + window.height() > size.height()) {
      throw LoaderException.of(
          Reason.BAD_WINDOW,
          "file",
          location,
          "window",
          window,
          "level",
          level,
          "width",
          size.width(),
          "height",
          size.height());
    }
    for (int band : bands) {
      if (band < 0 || band >= header.bands()) {
        throw LoaderException.of(
            Reason.BAD_ARGUMENT, "file", location, "band", band, "bands", header.bands());
      }
    }
    if (!window.isEmpty() && bands.length > 0) {
      long end = layout.end(window.width(), window.height(), bands.length, header.dtype().bytes());
      if (end > into.limit()) {
        throw LoaderException.of(
            Reason.BAD_ARGUMENT, "file", location, "needed", end, "buffer", into.limit());
      }
    }
  }
}
