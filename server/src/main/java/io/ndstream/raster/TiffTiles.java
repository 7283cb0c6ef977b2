package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.DType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.OptionalDouble;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Tiles of a tiled TIFF, read by position and decoded here, outside GDAL and its locks. */
final class TiffTiles implements TileSource {
  private final SourceFile file;
  private final HandlePool pool;
  private final TiffDirectory directory;
  private final FrameHeader.Level level;
  private final DType dtype;
  private final TileGrid grid;
  private final ThreadLocal<TileScratch> scratch;

  /** Has the last word on what cannot be decoded here: old variants of a codec, and real damage. */
  private final GdalTiles fallback;

  /** CRC-32C of every tile as it lies in the file, or null for files we did not write. */
  private final int[] checksums;

  TiffTiles(
      SourceFile file,
      HandlePool pool,
      TiffDirectory directory,
      FrameHeader header,
      int level,
      ThreadLocal<TileScratch> scratch,
      int[] checksums) {
    this.checksums = checksums;
    this.file = file;
    this.pool = pool;
    this.directory = directory;
    this.level = header.levels().get(level);
    this.dtype = header.dtype();
    this.scratch = scratch;
    int group = directory.planar() == 2 ? 1 : directory.samples();
    this.grid =
        new TileGrid(
            directory.width(),
            directory.height(),
            directory.tileWidth(),
            directory.tileHeight(),
            directory.samples(),
            group,
            dtype.bytes());
    this.fallback = new GdalTiles(file, pool, level, grid, scratch);
  }

  @Override
  public TileGrid grid() {
    return grid;
  }

  @Override
  public int decodable(int tile, int rows) {
    return directory.compression() == TiffDirectory.ZSTD ? grid.rowsOf(tile) : rows;
  }

  @Override
  public void decode(int tile, int group, int rows, byte[] into) {
    int index = group * grid.tiles() + tile;
    long count = directory.byteCounts()[index];
    if (directory.offsets()[index] == 0 || count == 0) {
      fillMissing(group, into);
      return;
    }
    TileScratch own = scratch.get();
    try {
      if (directory.compression() == TiffDirectory.NONE) {
        load(index, into, rows * grid.rowBytes());
        Predictor.undo(directory, into, rows, grid.rowBytes(), grid.groupBands());
        return;
      }
      if (count > file.identity().size()) {
        throw new EOFException("a tile longer than the file");
      }
      byte[] compressed = own.compressed((int) count + 8);
      load(index, compressed, (int) count);
      if (checksums != null && Checksums.of(compressed, 0, (int) count) != checksums[index]) {
        throw new IOException("checksum differs");
      }
      decompress(own, compressed, (int) count, rows, into);
    } catch (IOException | DataFormatException e) {
      if (checksums != null) {
        throw LoaderException.caused(
            e, Reason.CORRUPT_CACHE, "file", file.location(), "tile", tile);
      }
      if (!file.isCurrent()) {
        throw file.changed();
      }
      fallback.decode(tile, group, rows, into);
    }
  }

  private void load(int index, byte[] into, int count) throws IOException {
    try (var lease = pool.borrowChannel(file.location(), file.identity())) {
      FileChannel channel = lease.handle().channel();
      ByteBuffer target = ByteBuffer.wrap(into, 0, count);
      long offset = directory.offsets()[index];
      try {
        while (target.hasRemaining()) {
          if (channel.read(target, offset + target.position()) < 0) {
            throw new EOFException("the file ends within it");
          }
        }
        file.requireCurrent();
      } catch (IOException | RuntimeException e) {
        lease.discard();
        throw e;
      }
    }
  }

  private void decompress(TileScratch own, byte[] compressed, int count, int rows, byte[] into)
      throws IOException, DataFormatException {
    int wanted = rows * grid.rowBytes();
    switch (directory.compression()) {
      case TiffDirectory.JPEG -> {
        int decoded = JpegTile.rows(rows, grid.tileHeight());
        ByteBuffer direct = own.direct(decoded * grid.rowBytes());
        own.jpeg.decode(directory, compressed, count, decoded, direct);
        direct.get(0, into, 0, wanted);
        return;
      }
      case TiffDirectory.LZW -> own.lzw.decode(compressed, count, into, wanted);
      case TiffDirectory.ZSTD -> zstd(own, compressed, count, into, wanted);
      default -> inflate(own.inflater, compressed, count, into, wanted);
    }
    Predictor.undo(directory, into, rows, grid.rowBytes(), grid.groupBands());
  }

  private void zstd(TileScratch own, byte[] compressed, int count, byte[] into, int wanted)
      throws IOException {
    try {
      if (wanted == grid.tileBytes()) {
        own.zstd.decompressByteArray(into, 0, wanted, compressed, 0, count);
        return;
      }
      byte[] whole = own.whole((int) grid.tileBytes());
      own.zstd.decompressByteArray(whole, 0, (int) grid.tileBytes(), compressed, 0, count);
      System.arraycopy(whole, 0, into, 0, wanted);
    } catch (com.github.luben.zstd.ZstdException e) {
      throw new IOException("ZSTD: " + e.getMessage(), e);
    }
  }

  private static void inflate(
      Inflater inflater, byte[] compressed, int count, byte[] into, int wanted)
      throws IOException, DataFormatException {
    inflater.reset();
    inflater.setInput(compressed, 0, count);
    int at = 0;
    while (at < wanted) {
      int n = inflater.inflate(into, at, wanted - at);
      if (n == 0) {
        throw new EOFException("DEFLATE data end early");
      }
      at += n;
    }
  }

  /** A tile never written has the nodata value in every pixel, or 0 if the file names none. */
  private void fillMissing(int group, byte[] into) {
    ByteBuffer buffer = ByteBuffer.wrap(into).order(ByteOrder.LITTLE_ENDIAN);
    for (int b = 0; b < grid.groupBands(); b++) {
      OptionalDouble nodata = level.nodata().get(group * grid.groupBands() + b);
      double value = nodata.orElse(0);
      for (int at = b * dtype.bytes(); at < into.length; at += grid.groupBands() * dtype.bytes()) {
        put(buffer, at, value);
      }
    }
  }

  private void put(ByteBuffer buffer, int at, double value) {
    switch (dtype) {
      case UINT8, INT8 -> buffer.put(at, (byte) (long) value);
      case UINT16, INT16 -> buffer.putShort(at, (short) (long) value);
      case UINT32, INT32 -> buffer.putInt(at, (int) (long) value);
      case UINT64, INT64 -> buffer.putLong(at, (long) value);
      case FLOAT32 -> buffer.putFloat(at, (float) value);
      case FLOAT64 -> buffer.putDouble(at, value);
    }
  }
}
