package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.nio.ByteBuffer;

/**
 * Tiles of a level that GDAL decodes. Small blocks are joined; files that can only be read from the
 * top are one tile as far as they fit.
 */
final class GdalTiles implements TileSource {
  /** Blocks are joined until a tile has about this many bytes. */
  private static final int JOINED_BYTES = 512 << 10;

  private final SourceFile file;
  private final HandlePool pool;
  private final int level;
  private final TileGrid grid;
  private final ThreadLocal<TileScratch> scratch;

  GdalTiles(
      SourceFile file,
      HandlePool pool,
      int level,
      TileGrid grid,
      ThreadLocal<TileScratch> scratch) {
    this.file = file;
    this.pool = pool;
    this.level = level;
    this.grid = grid;
    this.scratch = scratch;
  }

  /**
   * @param sequential true if the format decodes from the top of the image, whatever is asked for
   * @param planes true if the file stores its bands apart
   * @param largest bytes a tile may have
   * @return null if no grid keeps its tiles that small; such a level is best read past the cache
   */
  static GdalTiles of(
      SourceFile file,
      HandlePool pool,
      FrameHeader header,
      int level,
      boolean sequential,
      boolean planes,
      long largest,
      ThreadLocal<TileScratch> scratch) {
    FrameHeader.Level size = header.levels().get(level);
    int group = planes ? 1 : header.bands();
    int element = header.dtype().bytes();
    long blockRow = (long) size.tileWidth() * group * element;
    long whole = (long) size.width() * size.height() * group * element;
    int width = size.tileWidth();
    long rows = size.tileHeight();
    if (sequential && whole <= largest) {
      width = size.width();
      rows = size.height();
    } else {
      while (rows * blockRow < JOINED_BYTES && rows < size.height()) {
        rows = Math.min(size.height(), rows * 2);
      }
    }
    if (rows * blockRow > largest && !(sequential && whole <= largest)) {
      return null;
    }
    TileGrid grid =
        new TileGrid(
            size.width(), size.height(), width, (int) rows, header.bands(), group, element);
    return new GdalTiles(file, pool, level, grid, scratch);
  }

  @Override
  public TileGrid grid() {
    return grid;
  }

  @Override
  public int decodable(int tile, int rows) {
    return rows;
  }

  @Override
  public void decode(int tile, int group, int rows, byte[] into) {
    int columns = grid.columnsOf(tile);
    int x = tile % grid.across() * grid.tileWidth();
    int y = tile / grid.across() * grid.tileHeight();
    int[] bands = new int[grid.groupBands()];
    for (int b = 0; b < bands.length; b++) {
      bands[b] = group * grid.groupBands() + b;
    }
    int pixel = grid.groupBands() * grid.elementBytes();
    int bytes = rows * grid.rowBytes();
    ByteBuffer direct = scratch.get().direct(bytes);
    try (var lease = pool.borrow(file.location(), file.identity())) {
      try {
        lease
            .handle()
            .read(
                level,
                x,
                y,
                columns,
                rows,
                bands,
                direct,
                pixel,
                grid.rowBytes(),
                grid.elementBytes());
        file.requireCurrent();
      } catch (LoaderException e) {
        lease.discard();
        throw e.reason() == Reason.UNREADABLE_FILE && !file.isCurrent() ? file.changed() : e;
      }
    }
    direct.get(0, into, 0, bytes);
  }
}
