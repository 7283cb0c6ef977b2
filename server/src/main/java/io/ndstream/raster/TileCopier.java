package io.ndstream.raster;

import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import java.nio.ByteBuffer;

/** Copies windows of one level of one file out of the tiles of the cache. */
record TileCopier(TileCache cache, long frame, int level, TileSource source) {
  void copy(Window w, int[] bands, ByteBuffer into, Layout layout) {
    TileGrid grid = source.grid();
    int left = w.x() / grid.tileWidth();
    int right = (w.right() - 1) / grid.tileWidth();
    int bottom = (w.bottom() - 1) / grid.tileHeight();
    for (int row = w.y() / grid.tileHeight(); row <= bottom; row++) {
      int top = Math.max(w.y(), row * grid.tileHeight());
      int end = (int) Math.min(w.bottom(), (row + 1L) * grid.tileHeight());
      for (int column = left; column <= right; column++) {
        int from = Math.max(w.x(), column * grid.tileWidth());
        int to = (int) Math.min(w.right(), (column + 1L) * grid.tileWidth());
        Window part = new Window(from, top, to - from, end - top);
        Layout target = layout.shifted(top - w.y(), from - w.x(), 0);
        copyTile(row * grid.across() + column, part, bands, into, target);
      }
    }
  }

  /** Copies {@code part}, in pixels of the level, out of the tile it lies in. */
  private void copyTile(int number, Window part, int[] bands, ByteBuffer into, Layout target) {
    TileGrid grid = source.grid();
    int y = part.y() - number / grid.across() * grid.tileHeight();
    int x = part.x() - number % grid.across() * grid.tileWidth();
    Layout from = grid.layout().shifted(y, x, 0);
    if (grid.groups() == 1) {
      Tile tile = cache.get(new TileKey(frame, level, number, 0), y + part.height(), source);
      StridedCopy.select(
          tile.pixels(),
          from,
          bands,
          grid.bands(),
          into,
          target,
          part.width(),
          part.height(),
          grid.elementBytes());
      return;
    }
    for (int b = 0; b < bands.length; b++) {
      Tile tile = cache.get(new TileKey(frame, level, number, bands[b]), y + part.height(), source);
      StridedCopy.copy(
          tile.pixels(),
          from,
          into,
          target.shifted(0, 0, b),
          part.width(),
          part.height(),
          1,
          grid.elementBytes());
    }
  }
}
