package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.IntStream;

/**
 * Makes the entry of a file: copies its pixels block by block, adds the checksums, and publishes
 * the result.
 */
final class EntryBuilder {
  /** Pixels held while copying. */
  private static final int BLOCK_BYTES = 32 << 20;

  private final TiledFrameReader source;
  private final EntryStore store;
  private final int tileSize;

  EntryBuilder(TiledFrameReader source, EntryStore store, int tileSize) {
    this.source = source;
    this.store = store;
    this.tileSize = tileSize;
  }

  /**
   * @throws LoaderException DISK_FULL, and what reading the source throws
   */
  void build(Frame frame, EntryForm form, String key) {
    Path target = store.path(key, form);
    store.reserve(
        decodedBytes(frame.header()) + decodedBytes(frame.header()) / 8, frame.file().path());
    Path unfinished = store.unfinished();
    try {
      EntryTrailer trailer =
          form == EntryForm.NPY ? npy(frame, key, unfinished) : tiff(frame, form, key, unfinished);
      frame.file().requireCurrent();
      trailer.append(unfinished);
      store.publish(unfinished, target);
    } catch (IOException e) {
      throw AtomicFile.failure(e, target);
    } finally {
      AtomicFile.deleteQuietly(unfinished);
    }
  }

  static long decodedBytes(FrameHeader header) {
    return (long) header.width() * header.height() * header.pixelBytes();
  }

  private EntryTrailer tiff(Frame frame, EntryForm form, String key, Path into) throws IOException {
    FrameHeader header = frame.header();
    String codec = form == EntryForm.RAW_TIFF ? "NONE" : "ZSTD";
    RasterSpec spec =
        RasterSpec.of(
                RasterSpec.Format.GTIFF,
                header.width(),
                header.height(),
                header.bands(),
                header.dtype())
            .withCompression(codec, header.dtype().isFloat() ? 1 : 2)
            .withTileSize(tileSize);
    try (RasterWriter writer = RasterWriter.create(into, spec)) {
      int rowOfTiles = header.width() * header.pixelBytes() * tileSize;
      int columns =
          rowOfTiles > 0 && rowOfTiles <= BLOCK_BYTES
              ? header.width()
              : Math.max(1, BLOCK_BYTES / (header.pixelBytes() * tileSize) / tileSize) * tileSize;
      for (int y = 0; y < header.height(); y += tileSize) {
        for (int x = 0; x < header.width(); x += columns) {
          Window w =
              new Window(
                  x,
                  y,
                  Math.min(columns, header.width() - x),
                  Math.min(tileSize, header.height() - y));
          writer.write(w, pixels(frame, w));
        }
      }
      writer.commit();
    }
    try (FileChannel channel = FileChannel.open(into, StandardOpenOption.READ)) {
      return new EntryTrailer(
          key, frame.file().location(), channel.size(), tileSize, tileSize, checksums(channel));
    }
  }

  private static int[] checksums(FileChannel channel) throws IOException {
    TiffDirectory directory = TiffParser.parse(channel).get(0);
    int[] checksums = new int[directory.offsets().length];
    byte[] tile = new byte[0];
    for (int i = 0; i < checksums.length; i++) {
      int count = Math.toIntExact(directory.byteCounts()[i]);
      tile = tile.length < count ? new byte[count * 2] : tile;
      ByteBuffer buffer = ByteBuffer.wrap(tile, 0, count);
      while (buffer.hasRemaining()
          && channel.read(buffer, directory.offsets()[i] + buffer.position()) >= 0) {
        // until the tile is there
      }
      checksums[i] = Checksums.of(tile, 0, count);
    }
    return checksums;
  }

  private EntryTrailer npy(Frame frame, String key, Path into) throws IOException {
    FrameHeader header = frame.header();
    int rowBytes = Math.multiplyExact(header.width(), header.pixelBytes());
    int rows = NpyFile.rowsPerChecksum(rowBytes);
    int[] checksums = new int[(header.height() + rows - 1) / rows];
    try (FileChannel channel =
        FileChannel.open(into, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      write(channel, NpyFile.header(header));
      for (int y = 0, i = 0; y < header.height(); y += rows, i++) {
        ByteBuffer block =
            pixels(frame, new Window(0, y, header.width(), Math.min(rows, header.height() - y)));
        checksums[i] = Checksums.of(block, 0, block.remaining());
        write(channel, block);
      }
      return new EntryTrailer(
          key, frame.file().location(), channel.size(), header.width(), rows, checksums);
    }
  }

  private ByteBuffer pixels(Frame frame, Window w) {
    FrameHeader header = frame.header();
    ByteBuffer block = ByteBuffer.allocate(Math.toIntExact(w.area() * header.pixelBytes()));
    int[] bands = IntStream.range(0, header.bands()).toArray();
    source.read(
        frame.file().location(),
        0,
        w,
        bands,
        block,
        Layout.hwc(0, w.width(), bands.length, header.dtype().bytes()),
        new StageTimes());
    return block;
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** True if an entry lies there; whether it is sound shows when it is opened. */
  static boolean exists(Path entry) {
    return Files.isRegularFile(entry);
  }

  static LoaderException damaged(Throwable cause, Path entry) {
    return LoaderException.caused(
        cause, Reason.CORRUPT_CACHE, "file", entry, "detail", cause.getMessage());
  }
}
