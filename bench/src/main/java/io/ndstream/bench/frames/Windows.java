package io.ndstream.bench.frames;

import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import io.ndstream.raster.FrameHeader;
import io.ndstream.raster.FrameReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Random windows of one file, as fast as some threads can read them. */
final class Windows {
  private final FrameReader reader;
  private final Path file;
  private final int side;

  /** No run sees the windows of another, so that nothing is known of them beforehand. */
  private final AtomicInteger seed = new AtomicInteger(17);

  Windows(FrameReader reader, Path file, int side) {
    this.reader = reader;
    this.file = file;
    this.side = side;
  }

  /** Reads every pixel once. */
  void readAll() {
    FrameHeader header = reader.header(file.toString());
    int[] bands = IntStream.range(0, header.bands()).toArray();
    ByteBuffer into = ByteBuffer.allocate(side * side * header.pixelBytes());
    Layout layout = Layout.hwc(0, side, bands.length, header.dtype().bytes());
    for (int y = 0; y + side <= header.height(); y += side) {
      for (int x = 0; x + side <= header.width(); x += side) {
        reader.read(
            file.toString(),
            0,
            new Window(x, y, side, side),
            bands,
            into,
            layout,
            new StageTimes());
      }
    }
  }

  /** Windows that are one tile each, per second of one thread. */
  double tiles(double seconds) {
    FrameHeader header = reader.header(file.toString());
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    SplittableRandom random = new SplittableRandom(3);
    int[] bands = IntStream.range(0, header.bands()).toArray();
    ByteBuffer into = ByteBuffer.allocate(side * side * header.pixelBytes());
    Layout layout = Layout.hwc(0, side, bands.length, header.dtype().bytes());
    long count = 0;
    while (System.nanoTime() < end) {
      Window w =
          new Window(
              random.nextInt(header.width() / side) * side,
              random.nextInt(header.height() / side) * side,
              side,
              side);
      reader.read(file.toString(), 0, w, bands, into, layout, new StageTimes());
      count++;
    }
    return count / ((System.nanoTime() - start) / 1e9);
  }

  /** Windows per second of all threads together. */
  double run(int threads, double seconds) throws InterruptedException {
    AtomicLong windows = new AtomicLong();
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    List<Thread> running = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      SplittableRandom random = new SplittableRandom(seed.getAndIncrement());
      Thread thread = new Thread(() -> windows.addAndGet(readUntil(end, random)), "windows-" + t);
      running.add(thread);
      thread.start();
    }
    for (Thread thread : running) {
      thread.join();
    }
    return windows.get() / ((System.nanoTime() - start) / 1e9);
  }

  private long readUntil(long end, SplittableRandom random) {
    String location = file.toString();
    FrameHeader header = reader.header(location);
    int[] bands = IntStream.range(0, header.bands()).toArray();
    ByteBuffer into = ByteBuffer.allocate(side * side * header.pixelBytes());
    Layout layout = Layout.hwc(0, side, bands.length, header.dtype().bytes());
    StageTimes times = new StageTimes();
    long count = 0;
    while (System.nanoTime() < end) {
      Window w =
          new Window(
              random.nextInt(header.width() - side + 1),
              random.nextInt(header.height() - side + 1),
              side,
              side);
      reader.read(location, 0, w, bands, into, layout, times);
      count++;
    }
    return count;
  }
}
