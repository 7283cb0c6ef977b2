package io.ndstream.warp;

import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import java.nio.ByteBuffer;

/** Where stored pixels come from: some bands of one file. */
public interface PixelReader {
  /**
   * @param level 0 for full resolution
   * @param window in pixels of the level, inside it, not empty
   * @param into the stored dtype, little-endian, at the places {@code layout} says
   */
  void read(int level, Window window, ByteBuffer into, Layout layout);
}
