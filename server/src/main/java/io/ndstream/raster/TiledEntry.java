package io.ndstream.raster;

import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import java.nio.ByteBuffer;

/**
 * A compressed entry, read through the cache of decoded tiles; every tile is checked before it is
 * decoded.
 */
record TiledEntry(String key, TileCopier copier) implements CacheEntry {
  @Override
  public void read(Window window, int[] bands, ByteBuffer into, Layout layout) {
    copier.copy(window, bands, into, layout);
  }
}
