package io.ndstream.sample;

import com.sun.management.ThreadMXBean;
import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import io.ndstream.raster.FrameHeader;
import io.ndstream.raster.FrameReader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;

/** Adds up the bytes that are asked of another reader, and those it allocates. For one thread. */
final class CountingReader implements FrameReader {
  private final FrameReader reader;
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private long bytes;
  private long allocated;

  CountingReader(FrameReader reader) {
    this.reader = reader;
  }

  long bytes() {
    return bytes;
  }

  /** Bytes of memory the other reader allocated in reads. */
  long allocated() {
    return allocated;
  }

  @Override
  public FrameHeader header(String location) {
    return reader.header(location);
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
    bytes += window.area() * bands.length * header(location).dtype().bytes();
    long before = threads.getCurrentThreadAllocatedBytes();
    reader.read(location, level, window, bands, into, layout, times);
    allocated += threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Override
  public void close() {}
}
