package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * An uncompressed entry in mapped memory: a read is a strided copy. A tile is checked when it is
 * first touched; after that only the memory stands between it and the reader.
 */
final class MappedEntry implements CacheEntry {
  /** Mapped piece by piece: one buffer holds at most 2 GiB. */
  private static final long SEGMENT_BYTES = 1L << 30;

  private final String key;
  private final TileGrid grid;
  private final long[] offsets;
  private final int[] checksums;
  private final long payload;
  private final ByteBuffer[] segments;
  private final AtomicIntegerArray checked;

  /**
   * @param offsets where each tile begins
   */
  MappedEntry(String key, TileGrid grid, long[] offsets, EntryTrailer trailer, FileChannel channel)
      throws IOException {
    this.key = key;
    this.grid = grid;
    this.offsets = offsets;
    this.checksums = trailer.checksums();
    this.payload = trailer.payload();
    if (grid.tiles() != offsets.length || offsets.length != checksums.length) {
      throw new IOException("an entry of another size");
    }
    this.checked = new AtomicIntegerArray(checksums.length);
    this.segments = map(channel);
  }

  /** Each segment reaches one tile into the next, so that no tile is cut. */
  private ByteBuffer[] map(FileChannel channel) throws IOException {
    ByteBuffer[] mapped = new ByteBuffer[(int) ((payload + SEGMENT_BYTES - 1) / SEGMENT_BYTES)];
    for (int i = 0; i < mapped.length; i++) {
      long from = i * SEGMENT_BYTES;
      long length = Math.min(payload - from, SEGMENT_BYTES + grid.tileBytes());
      mapped[i] =
          channel.map(FileChannel.MapMode.READ_ONLY, from, length).order(ByteOrder.LITTLE_ENDIAN);
    }
    return mapped;
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public void read(Window w, int[] bands, ByteBuffer into, Layout layout) {
    try {
      int left = w.x() / grid.tileWidth();
      int right = (w.right() - 1) / grid.tileWidth();
      int bottom = (w.bottom() - 1) / grid.tileHeight();
      for (int row = w.y() / grid.tileHeight(); row <= bottom; row++) {
        int top = Math.max(w.y(), row * grid.tileHeight());
        int end = (int) Math.min(w.bottom(), (row + 1L) * grid.tileHeight());
        for (int column = left; column <= right; column++) {
          int from = Math.max(w.x(), column * grid.tileWidth());
          int to = (int) Math.min(w.right(), (column + 1L) * grid.tileWidth());
          int tile = row * grid.across() + column;
          Layout source =
              grid.layout()
                  .shifted(top - row * grid.tileHeight(), from - column * grid.tileWidth(), 0);
          copy(
              tile,
              source,
              bands,
              into,
              layout.shifted(top - w.y(), from - w.x(), 0),
              to - from,
              end - top);
        }
      }
    } catch (InternalError e) { // how Java reports that a mapped file was cut short
      throw LoaderException.caused(e, Reason.CORRUPT_CACHE, "entry", key, "detail", "cut short");
    }
  }

  private void copy(
      int tile, Layout source, int[] bands, ByteBuffer into, Layout target, int width, int height) {
    ByteBuffer segment = segments[(int) (offsets[tile] / SEGMENT_BYTES)];
    int base = (int) (offsets[tile] % SEGMENT_BYTES);
    if (checked.get(tile) == 0) {
      int bytes = (int) Math.min(grid.tileBytes(), payload - offsets[tile]);
      if (Checksums.of(segment, base, bytes) != checksums[tile]) {
        throw LoaderException.of(Reason.CORRUPT_CACHE, "entry", key, "tile", tile);
      }
      checked.set(tile, 1);
    }
    Layout from =
        new Layout(
            base + source.offset(), source.pixelStride(), source.rowStride(), source.bandStride());
    StridedCopy.select(
        segment, from, bands, grid.bands(), into, target, width, height, grid.elementBytes());
  }
}
