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

/** Tiles of a tiled TIFF, read by position and decoded here, outside GDAL and its locks. */
final class TiffTiles implements TileSource {
  /** Bytes of a ZSTD block once decoded, at most and nearly always. */
  private static final int ZSTD_BLOCK = 128 << 10;

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
    int all = grid.rowsOf(tile);
    return switch (directory.compression()) {
      case TiffDirectory.ZSTD -> Math.min(all, rowsOfBlocks(rows));
      case TiffDirectory.DEFLATE, TiffDirectory.DEFLATE_OLD -> DeflateDecoder.decodable(rows, all);
      default -> rows;
    };
  }

  /** All the rows that come with {@code rows}: ZSTD decodes block by block. */
  private int rowsOfBlocks(int rows) {
    long bytes = (long) rows * grid.rowBytes();
    long blocks = (bytes + ZSTD_BLOCK - 1) / ZSTD_BLOCK;
    // One byte less than the blocks have, as the library goes on to the next when one is used up.
    return (int) Math.max(rows, (blocks * ZSTD_BLOCK - 1) / grid.rowBytes());
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
        load(index, ByteBuffer.wrap(into, 0, rows * grid.rowBytes()));
        Predictor.undo(directory, into, rows, grid.rowBytes(), grid.groupBands());
        return;
      }
      if (count > file.identity().size()) {
        throw new EOFException("a tile longer than the file");
      }
      ByteBuffer compressed = own.compressed((int) count);
      load(index, compressed);
      if (checksums != null && Checksums.of(compressed, 0, (int) count) != checksums[index]) {
        throw new IOException("checksum differs");
      }
      decompress(own, compressed, rows, into);
    } catch (IOException e) {
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

  /** Fills {@code target} with the beginning of a tile as the file has it. */
  private void load(int index, ByteBuffer target) throws IOException {
    try (var lease = pool.borrowChannel(file.location(), file.identity())) {
      FileChannel channel = lease.handle().channel();
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
    target.rewind();
  }

  private void decompress(TileScratch own, ByteBuffer compressed, int rows, byte[] into)
      throws IOException {
    int wanted = rows * grid.rowBytes();
    switch (directory.compression()) {
      case TiffDirectory.JPEG -> {
        int decoded = JpegTile.rows(rows, grid.tileHeight());
        ByteBuffer direct = own.direct(decoded * grid.rowBytes());
        own.jpeg.decode(directory, compressed, decoded, direct);
        direct.get(0, into, 0, wanted);
        return;
      }
      case TiffDirectory.LZW -> own.lzw.decode(compressed, into, wanted);
      case TiffDirectory.ZSTD -> own.zstd.decode(compressed, into, wanted);
      default -> own.deflate.decode(compressed, into, wanted, grid.tileBytes());
    }
    Predictor.undo(directory, into, rows, grid.rowBytes(), grid.groupBands());
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
