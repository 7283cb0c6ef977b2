package io.ndstream.sample;

import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import io.ndstream.raster.FrameHeader;
import io.ndstream.raster.FrameReader;
import java.nio.ByteBuffer;

/** Adds up the bytes that are asked of another reader. */
final class CountingReader implements FrameReader {
  private final FrameReader reader;
  private long bytes;

  CountingReader(FrameReader reader) {
    this.reader = reader;
  }

  long bytes() {
    return bytes;
  }

  @Override
  public FrameHeader header(String location) {
    return reader.header(location);
  }

  @Override
  public void read(
      String location, int level, Window window, int[] bands, ByteBuffer into, Layout layout, StageTimes times) {
    bytes += window.area() * bands.length * header(location).dtype().bytes();
    reader.read(location, level, window, bands, into, layout, times);
  }

  @Override
  public void close() {}
}
