package io.ndstream.raster;

import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import java.nio.ByteBuffer;

/** An open cache entry: the pixels of a file at full resolution. Thread-safe. */
sealed interface CacheEntry permits MappedEntry, TiledEntry {
  String key();

  /**
   * @throws io.ndstream.error.LoaderException CORRUPT_CACHE, or what says that the entry's own file
   *     has gone or changed
   */
  void read(Window window, int[] bands, ByteBuffer into, Layout layout);
}
