package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import java.nio.ByteBuffer;

/** Reads by copying out of decoded tiles, which all threads share. Tiles too large for the cache are read past it. */
public final class TiledFrameReader implements FrameReader {
  private final FrameDirectory directory;
  private final TileCache cache;
  private final GdalFrameReader direct;

  /**
   * @param pool may serve others too; not closed with this reader
   * @param cache likewise
   */
  public TiledFrameReader(HandlePool pool, TileCache cache, LocationPolicy policy) {
    this.directory = new FrameDirectory(new FrameOpener(pool, cache.capacity()), policy);
    this.cache = cache;
    this.direct = new GdalFrameReader(pool);
  }

  @Override
  public FrameHeader header(String location) {
    return directory.get(location).header();
  }

  @Override
  public void read(
      String location, int level, Window window, int[] bands, ByteBuffer into, Layout layout, StageTimes times) {
    long start = System.nanoTime();
    Frame frame = directory.get(location);
    long opened = System.nanoTime();
    times.open += opened - start;
    ReadCheck.check(location, frame.header(), level, window, bands, into, layout);
    if (window.isEmpty() || bands.length == 0) {
      return;
    }
    TileSource source = frame.levels()[level];
    if (source == null) {
      direct.read(location, level, window, bands, into, layout, times);
      return;
    }
    try {
      copy(frame, level, source, window, bands, into, layout);
    } catch (LoaderException e) {
      throw e.reason() == Reason.SOURCE_CHANGED ? directory.changed(location) : e;
    } finally {
      times.read += System.nanoTime() - opened;
    }
  }

  private void copy(Frame frame, int level, TileSource source, Window w, int[] bands, ByteBuffer into, Layout layout) {
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
        copyTile(frame, level, source, row * grid.across() + column, part, bands, into, target);
      }
    }
  }

  /** Copies {@code part}, in pixels of the level, out of the tile it lies in. */
  private void copyTile(Frame frame, int level, TileSource source, int number, Window part, int[] bands, ByteBuffer into,
      Layout target) {
    TileGrid grid = source.grid();
    int y = part.y() - number / grid.across() * grid.tileHeight();
    int x = part.x() - number % grid.across() * grid.tileWidth();
    Layout from = grid.layout().shifted(y, x, 0);
    if (grid.groups() == 1) {
      Tile tile = cache.get(new TileKey(frame.number(), level, number, 0), y + part.height(), source);
      StridedCopy.select(tile.pixels(), from, bands, grid.bands(), into, target, part.width(), part.height(), grid.elementBytes());
      return;
    }
    for (int b = 0; b < bands.length; b++) {
      Tile tile = cache.get(new TileKey(frame.number(), level, number, bands[b]), y + part.height(), source);
      StridedCopy.copy(tile.pixels(), from, into, target.shifted(0, 0, b), part.width(), part.height(), 1, grid.elementBytes());
    }
  }

  /** Frees nothing: pool and cache belong to whoever made them. */
  @Override
  public void close() {}
}
