package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Vector;
import org.gdal.gdal.Band;
import org.gdal.gdal.Dataset;
import org.gdal.gdal.gdal;
import org.gdal.gdalconst.gdalconstConstants;

/**
 * One open GDAL data set. Not thread-safe: the pool lends it to one thread at a time. Deleted by
 * hand, never by a finalizer.
 */
final class Handle implements PooledFile {
  /** What any data set takes: its driver's state, metadata, and an object a band. */
  private static final long BASE_BYTES = 32 << 10;

  /** Offset and length of a block. */
  private static final long INDEX_BYTES = 16;

  /**
   * The list of files beside a remote TIFF. GDAL would ask the server for a dozen files that might
   * go with it, one request or two each, before it reads a pixel.
   */
  private static final String NO_NEIGHBOUR = "none";

  private final String location;
  private final FileIdentity identity;
  private final Dataset dataset;
  private final FrameHeader header;

  private Handle(String location, FileIdentity identity, Dataset dataset) {
    this.location = location;
    this.identity = identity;
    this.dataset = dataset;
    this.header = readHeader();
  }

  static Handle open(String location, FileIdentity identity) {
    Dataset dataset = GdalCall.made(location, Reason.UNREADABLE_FILE, () -> open(location));
    try {
      return new Handle(location, identity, dataset);
    } catch (RuntimeException e) {
      dataset.delete();
      throw e;
    }
  }

  private static Dataset open(String location) {
    long flags = gdalconstConstants.OF_RASTER | gdalconstConstants.OF_VERBOSE_ERROR;
    return Location.isRemoteTiff(location)
        ? gdal.OpenEx(location, flags, null, null, new Vector<>(List.of(NO_NEIGHBOUR)))
        : gdal.OpenEx(location, flags);
  }

  @Override
  public Key key() {
    return new Key(location, false);
  }

  @Override
  public FileIdentity identity() {
    return identity;
  }

  /** An index of the blocks of every level, and one decoded block. */
  @Override
  public long bytes() {
    long blocks = header.levels().stream().mapToLong(Handle::blocks).sum();
    FrameHeader.Level full = header.levels().get(0);
    long block = (long) full.tileWidth() * full.tileHeight() * header.pixelBytes();
    return BASE_BYTES + INDEX_BYTES * blocks + block;
  }

  private static long blocks(FrameHeader.Level level) {
    long across = (level.width() + level.tileWidth() - 1) / level.tileWidth();
    long down = (level.height() + level.tileHeight() - 1) / level.tileHeight();
    return across * down;
  }

  FrameHeader header() {
    return header;
  }

  /** GDAL's short name of the format. */
  String driver() {
    return dataset.GetDriver().getShortName();
  }

  /** True if the file stores its bands apart. */
  boolean storesPlanes() {
    return "BAND".equals(dataset.GetMetadataItem("INTERLEAVE", "IMAGE_STRUCTURE"));
  }

  @Override
  public void delete() {
    dataset.delete();
  }

  /** The GDAL object, for what pixels and header do not say; valid while the lease lasts. */
  Dataset dataset() {
    return dataset;
  }

  /**
   * @param into direct; bytes from its index 0
   */
  void read(
      int level,
      int x,
      int y,
      int width,
      int height,
      int[] bands,
      ByteBuffer into,
      int pixelStride,
      int rowStride,
      int bandStride) {
    int type = GdalTypes.codeOf(header.dtype());
    if (level == 0) {
      int[] numbers = new int[bands.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = bands[i] + 1;
      }
      GdalCall.checked(
          location,
          Reason.UNREADABLE_FILE,
          () ->
              dataset.ReadRaster_Direct(
                  x,
                  y,
                  width,
                  height,
                  width,
                  height,
                  type,
                  into,
                  numbers,
                  pixelStride,
                  rowStride,
                  bandStride));
      return;
    }
    for (int i = 0; i < bands.length; i++) {
      Band band = dataset.GetRasterBand(bands[i] + 1).GetOverview(level - 1);
      ByteBuffer plane = into.slice(i * bandStride, into.capacity() - i * bandStride);
      GdalCall.checked(
          location,
          Reason.UNREADABLE_FILE,
          () ->
              band.ReadRaster_Direct(
                  x, y, width, height, width, height, type, plane, pixelStride, rowStride));
    }
  }

  private FrameHeader readHeader() {
    return GdalCall.on(
        location,
        Reason.UNREADABLE_FILE,
        () -> {
          int count = dataset.getRasterCount();
          if (count == 0) {
            throw LoaderException.of(
                Reason.UNREADABLE_FILE,
                "file",
                location,
                "detail",
                "no raster bands; a subdataset may hold them");
          }
          List<Band> bands = new ArrayList<>();
          for (int b = 1; b <= count; b++) {
            bands.add(dataset.GetRasterBand(b));
          }
          List<FrameHeader.Level> levels = new ArrayList<>();
          levels.add(level(bands));
          for (int i = 0; i < bands.get(0).GetOverviewCount(); i++) {
            int index = i;
            levels.add(level(bands.stream().map(b -> b.GetOverview(index)).toList()));
          }
          return new FrameHeader(count, GdalTypes.common(location, bands), levels);
        });
  }

  private static FrameHeader.Level level(List<Band> bands) {
    Band first = bands.get(0);
    int[] tileWidth = new int[1];
    int[] tileHeight = new int[1];
    first.GetBlockSize(tileWidth, tileHeight);
    return new FrameHeader.Level(
        first.getXSize(),
        first.getYSize(),
        tileWidth[0],
        tileHeight[0],
        bands.stream().map(Handle::nodata).toList());
  }

  private static OptionalDouble nodata(Band band) {
    Double[] value = new Double[1];
    try {
      band.GetNoDataValue(value);
    } catch (RuntimeException e) {
      return OptionalDouble
          .empty(); // 64-bit integer bands keep theirs where this binding cannot reach it
    }
    return value[0] == null ? OptionalDouble.empty() : OptionalDouble.of(value[0]);
  }
}
