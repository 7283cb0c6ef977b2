package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import java.nio.ByteBuffer;

/**
 * Reads by copying out of decoded tiles, which all threads share. Tiles too large for the cache are
 * read past it.
 */
public final class TiledFrameReader implements FrameReader {
  private final FrameDirectory directory;
  private final TileCache cache;
  private final GdalFrameReader direct;

  /**
   * @param pool may serve others too; not closed with this reader
   * @param cache likewise
   */
  public TiledFrameReader(HandlePool pool, TileCache cache, LocationPolicy policy) {
    this(pool, cache, policy, SourceFile.REMOTE_NANOS);
  }

  TiledFrameReader(HandlePool pool, TileCache cache, LocationPolicy policy, long remoteNanos) {
    this.directory = new FrameDirectory(new FrameOpener(pool, cache, remoteNanos), policy);
    this.cache = cache;
    this.direct = new GdalFrameReader(pool);
  }

  @Override
  public FrameHeader header(String location) {
    return frame(location).header();
  }

  /** The file in the state it has now. */
  Frame frame(String location) {
    return directory.get(location);
  }

  TileCache cache() {
    return cache;
  }

  @Override
  public void read(
      String location,
      int level,
      Window window,
      int[] bands,
      ByteBuffer into,
      Layout layout,
      StageTimes times) {
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
      direct.read(frame.file(), level, window, bands, into, layout, times);
      return;
    }
    try {
      new TileCopier(cache, frame.number(), level, source).copy(window, bands, into, layout);
    } catch (LoaderException e) {
      throw e.reason() == Reason.SOURCE_CHANGED ? directory.changed(location) : e;
    } finally {
      times.read += System.nanoTime() - opened;
    }
  }

  /** Frees nothing: pool and cache belong to whoever made them. */
  @Override
  public void close() {}
}
