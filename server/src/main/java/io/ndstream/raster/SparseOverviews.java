package io.ndstream.raster;

import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.gdal.gdal.Band;
import org.gdal.gdal.Dataset;

/**
 * Makes overviews of nearest pixels, each level from the one before, where tiles were written.
 * GDAL's own read all of the raster, nothing as well, which takes minutes for one that is large and
 * nearly empty.
 */
final class SparseOverviews {
  private final String location;
  private final Dataset dataset;
  private final RasterSpec spec;

  /** Pixels a side of what is made at once. */
  private final int unit;

  private final ByteBuffer finer;
  private final ByteBuffer coarser;

  SparseOverviews(String location, Dataset dataset, RasterSpec spec) {
    this.location = location;
    this.dataset = dataset;
    this.spec = spec;
    this.unit = spec.storage().tileSize();
    int bytes = unit * unit * spec.dtype().bytes();
    this.finer = ByteBuffer.allocateDirect(4 * bytes);
    this.coarser = ByteBuffer.allocateDirect(bytes);
  }

  /** True if the raster may have holes, and its levels are halves of halves. */
  static boolean suit(RasterSpec spec) {
    List<Integer> factors = spec.storage().overviews();
    return spec.storage().sparse()
        && spec.storage().resampling().equals("NEAREST")
        && IntStream.range(0, factors.size()).allMatch(i -> factors.get(i) == 2 << i);
  }

  /**
   * Fills the levels, which exist.
   *
   * @param written tiles of the raster, row by row
   * @param progress hears of the share that is done, 0 to 1; may end it by an exception
   */
  void fill(BitSet written, DoubleConsumer progress) {
    int levels = spec.storage().overviews().size();
    BitSet tiles = written;
    for (int level = 1; level <= levels; level++) {
      tiles = halved(tiles, level);
      Window bounds = bounds(level);
      int across = tilesAcross(level);
      double whole = levels * (double) tiles.cardinality();
      int done = 0;
      for (int tile = tiles.nextSetBit(0); tile >= 0; tile = tiles.nextSetBit(tile + 1)) {
        progress.accept((double) (level - 1) / levels + done++ / whole);
        Window to = new Window(tile % across * unit, tile / across * unit, unit, unit);
        copy(level, to.intersect(bounds));
      }
    }
  }

  /** The tiles of a level that lie over these of the level before. */
  private BitSet halved(BitSet tiles, int level) {
    int before = tilesAcross(level - 1);
    int across = tilesAcross(level);
    BitSet over = new BitSet();
    tiles.stream().forEach(tile -> over.set(tile / before / 2 * across + tile % before / 2));
    return over;
  }

  private Window bounds(int level) {
    int factor = 1 << level;
    return new Window(0, 0, (spec.width() - 1) / factor + 1, (spec.height() - 1) / factor + 1);
  }

  private int tilesAcross(int level) {
    return (bounds(level).width() - 1) / unit + 1;
  }

  private void copy(int level, Window to) {
    Window from =
        new Window(2 * to.x(), 2 * to.y(), 2 * to.width(), 2 * to.height())
            .intersect(bounds(level - 1));
    for (int number = 1; number <= spec.bands(); number++) {
      Band before = band(number, level - 1);
      Band band = band(number, level);
      GdalCall.checked(location, Reason.UNREADABLE_FILE, () -> read(before, from));
      halve(from.width(), to.width(), to.height());
      GdalCall.checked(location, Reason.DISK_FULL, () -> write(band, to));
    }
    flush(level);
  }

  private int read(Band band, Window w) {
    int type = GdalTypes.codeOf(spec.dtype());
    return band.ReadRaster_Direct(
        w.x(), w.y(), w.width(), w.height(), w.width(), w.height(), type, finer);
  }

  private int write(Band band, Window w) {
    int type = GdalTypes.codeOf(spec.dtype());
    return band.WriteRaster_Direct(
        w.x(), w.y(), w.width(), w.height(), w.width(), w.height(), type, coarser);
  }

  /** If whole blocks were written; GDAL keeps parts until they are. */
  private void flush(int level) {
    int[] width = new int[1];
    int[] height = new int[1];
    band(1, level).GetBlockSize(width, height);
    for (int number = 1; unit % width[0] == 0 && number <= spec.bands(); number++) {
      Band band = band(number, level);
      GdalCall.on(
          location,
          Reason.DISK_FULL,
          () -> {
            band.FlushCache();
            return null;
          });
    }
  }

  private Band band(int number, int level) {
    Band full = dataset.GetRasterBand(number);
    return level == 0 ? full : full.GetOverview(level - 1);
  }

  /** Every other pixel of every other row: a scale of exactly two, as whoever reads it assumes. */
  private void halve(int finerWidth, int width, int height) {
    int bytes = spec.dtype().bytes();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from = (2 * y * finerWidth + 2 * x) * bytes;
        int to = (y * width + x) * bytes;
        for (int i = 0; i < bytes; i++) {
          coarser.put(to + i, finer.get(from + i));
        }
      }
    }
  }
}
