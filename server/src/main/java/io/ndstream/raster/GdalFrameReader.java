package io.ndstream.raster;

import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads every format GDAL can open, by leases from a pool. Overviews are read at their own
 * resolution, never resampled.
 */
public final class GdalFrameReader implements FrameReader {
  /** Heap buffers are filled through a direct one of at most this size, a few rows at a time. */
  private static final int SCRATCH_BYTES = 4 << 20;

  private final HandlePool pool;
  private final ThreadLocal<ByteBuffer> scratch = ThreadLocal.withInitial(() -> direct(64 << 10));

  /**
   * @param pool may serve others too; not closed with this reader
   */
  public GdalFrameReader(HandlePool pool) {
    this.pool = pool;
  }

  @Override
  public FrameHeader header(String location) {
    try (var lease = pool.borrow(location)) {
      return lease.handle().header();
    }
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
    read(SourceFile.of(location), level, window, bands, into, layout, times);
  }

  void read(
      SourceFile file,
      int level,
      Window window,
      int[] bands,
      ByteBuffer into,
      Layout layout,
      StageTimes times) {
    long start = System.nanoTime();
    try (var lease = pool.borrow(file.location(), file.identity())) {
      long opened = System.nanoTime();
      times.open += opened - start;
      Handle handle = lease.handle();
      ReadCheck.check(file.location(), handle.header(), level, window, bands, into, layout);
      if (window.isEmpty() || bands.length == 0) {
        return;
      }
      try {
        fill(handle, level, window, bands, into, layout);
        file.requireCurrent();
      } catch (RuntimeException e) {
        lease.discard();
        throw e;
      } finally {
        times.read += System.nanoTime() - opened;
      }
    }
  }

  private void fill(
      Handle handle, int level, Window w, int[] bands, ByteBuffer into, Layout layout) {
    if (into.isDirect()) {
      ByteBuffer from = into.slice(layout.offset(), into.limit() - layout.offset());
      handle.read(
          level,
          w.x(),
          w.y(),
          w.width(),
          w.height(),
          bands,
          from,
          layout.pixelStride(),
          layout.rowStride(),
          layout.bandStride());
      return;
    }
    int element = handle.header().dtype().bytes();
    int rowBytes = Math.multiplyExact(Math.multiplyExact(w.width(), bands.length), element);
    int rows = Math.max(1, Math.min(w.height(), SCRATCH_BYTES / rowBytes));
    Layout packed = Layout.hwc(0, w.width(), bands.length, element);
    ByteBuffer rowsOf = scratch(rows * rowBytes);
    for (int y = 0; y < w.height(); y += rows) {
      int height = Math.min(rows, w.height() - y);
      handle.read(
          level,
          w.x(),
          w.y() + y,
          w.width(),
          height,
          bands,
          rowsOf,
          packed.pixelStride(),
          packed.rowStride(),
          packed.bandStride());
      StridedCopy.copy(
          rowsOf, packed, into, layout.shifted(y, 0, 0), w.width(), height, bands.length, element);
    }
  }

  private ByteBuffer scratch(int bytes) {
    ByteBuffer buffer = scratch.get();
    if (buffer.capacity() < bytes) {
      buffer = direct(Math.max(bytes, buffer.capacity() * 2));
      scratch.set(buffer);
    }
    return buffer;
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /** Frees nothing: the pool belongs to whoever made it. */
  @Override
  public void close() {}
}
