package io.ndstream.raster;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Opens files: asks GDAL for the header, and decides for each level who decodes its tiles. */
final class FrameOpener {
  /** Formats that decode from the first row on, wherever the window lies. */
  private static final Set<String> SEQUENTIAL = Set.of("PNG", "JPEG", "GIF", "WEBP");

  /** No tile may be larger than this part of the cache. */
  private static final int LARGEST_PART = 4;

  private final HandlePool pool;
  private final TileCache cache;
  private final long largestTile;
  private final long remoteNanos;
  private final ThreadLocal<TileScratch> scratch = ThreadLocal.withInitial(TileScratch::new);

  /**
   * @param remoteNanos how long a remote file is taken to be what its server last said it is
   */
  FrameOpener(HandlePool pool, TileCache cache, long remoteNanos) {
    this.pool = pool;
    this.cache = cache;
    this.largestTile = Math.min(cache.capacity() / LARGEST_PART, 64 << 20);
    this.remoteNanos = remoteNanos;
  }

  Frame open(String location) {
    SourceFile file = SourceFile.of(location, remoteNanos);
    FrameHeader header;
    boolean sequential;
    boolean planes;
    boolean tiff;
    try (var lease = pool.borrow(file.location(), file.identity())) {
      header = lease.handle().header();
      String driver = lease.handle().driver();
      sequential = SEQUENTIAL.contains(driver);
      planes = lease.handle().storesPlanes();
      tiff = driver.equals("GTiff") || driver.equals("COG");
    }
    int levels = header.levels().size();
    TiffDirectory[] own =
        tiff && file.path() != null
            ? NativeTiff.levels(file, header, pool)
            : new TiffDirectory[levels];
    file.requireCurrent();
    TileSource[] sources = new TileSource[levels];
    for (int level = 0; level < levels; level++) {
      sources[level] =
          own[level] != null
              ? new TiffTiles(file, pool, own[level], header, level, scratch, null)
              : GdalTiles.of(file, pool, header, level, sequential, planes, largestTile, scratch);
    }
    List<TiffDirectory> indexes = Arrays.stream(own).filter(Objects::nonNull).toList();
    return Frame.of(cache.newFrame(), file, header, sources, indexes);
  }
}
