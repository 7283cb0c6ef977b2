package io.ndstream.bench.frames;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import io.ndstream.raster.HandlePool;
import io.ndstream.raster.LocationPolicy;
import io.ndstream.raster.RasterSpec;
import io.ndstream.raster.TileCache;
import io.ndstream.raster.TiledFrameReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Many random reads from 500 files with 32 handles: descriptors and memory must stay flat. */
final class Soak {
  private static final int FILES = 500;
  private static final int HANDLES = 32;
  private static final int SIDE = 300;
  private static final int STEPS = 10;

  /** Growth allowed after the first tenth, which fills caches and lets the compiler work. */
  private static final double MEMORY_GROWTH = 1.15;

  private static final int DESCRIPTOR_GROWTH = 8;

  private final Path directory;

  Soak(Path directory) {
    this.directory = directory;
  }

  /**
   * Runs in a JVM of its own, whose heap is all resident from the start: what then grows is not the
   * collector's. True if nothing grew.
   */
  static boolean runApart(Path directory, String reads) throws IOException, InterruptedException {
    return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms512m",
                "-Xmx512m",
                "-XX:+AlwaysPreTouch",
                "-Djava.library.path=" + System.getProperty("java.library.path"),
                "-cp",
                System.getProperty("java.class.path"),
                Soak.class.getName(),
                directory.toString(),
                reads)
            .inheritIO()
            .start()
            .waitFor()
        == 0;
  }

  public static void main(String[] args) throws IOException {
    System.exit(new Soak(Path.of(args[0])).run(Integer.parseInt(args[1])) ? 0 : 1);
  }

  /** True if nothing grew. */
  boolean run(int reads) throws IOException {
    List<String> files = files();
    long firstMemory = 0;
    long firstDescriptors = 0;
    boolean flat = true;
    try (HandlePool pool = new HandlePool(HANDLES);
        TiledFrameReader reader =
            new TiledFrameReader(pool, new TileCache(16 << 20), LocationPolicy.LOCAL)) {
      SplittableRandom random = new SplittableRandom(5);
      for (int step = 1; step <= STEPS; step++) {
        for (int i = 0; i < reads / STEPS; i++) {
          read(reader, files.get(random.nextInt(FILES)), random);
        }
        System.gc();
        long memory = residentBytes();
        long descriptors = descriptors();
        System.out.printf(
            "%7d reads: %4d MiB, %3d descriptors, %2d handles%n",
            reads / STEPS * step, memory >> 20, descriptors, pool.openHandles());
        if (step == 2) {
          firstMemory = memory;
          firstDescriptors = descriptors;
        }
        flat &=
            step <= 2
                || memory <= firstMemory * MEMORY_GROWTH
                    && descriptors <= firstDescriptors + DESCRIPTOR_GROWTH;
        flat &= pool.openHandles() <= HANDLES && pool.lentHandles() == 0;
      }
    }
    System.out.println(flat ? "flat" : "GREW");
    return flat;
  }

  private static void read(TiledFrameReader reader, String file, SplittableRandom random) {
    int w = 1 + random.nextInt(128);
    int h = 1 + random.nextInt(128);
    Window window = new Window(random.nextInt(SIDE - w + 1), random.nextInt(SIDE - h + 1), w, h);
    ByteBuffer into = ByteBuffer.allocate(w * h * 3);
    reader.read(
        file, 0, window, new int[] {0, 1, 2}, into, Layout.hwc(0, w, 3, 1), new StageTimes());
  }

  /** Half of them our decoder reads, half GDAL. */
  private List<String> files() throws IOException {
    Files.createDirectories(directory);
    List<String> files = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      boolean tiled = i % 2 == 0;
      Path file = directory.resolve(i + (tiled ? ".tif" : ".png"));
      if (!Files.exists(file)) {
        RasterSpec.Format format = tiled ? RasterSpec.Format.GTIFF : RasterSpec.Format.PNG;
        TestImage.write(file, RasterSpec.of(format, SIDE, SIDE, 3, DType.UINT8).withTileSize(64));
      }
      files.add(file.toString());
    }
    return files;
  }

  /**
   * What is resident, counting of the Java heap only what is in use: how much of it the collector
   * holds ready says nothing.
   */
  private static long residentBytes() throws IOException {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return (Long.parseLong(line.replaceAll("\\D+", "")) << 10)
            - heap.getCommitted()
            + heap.getUsed();
      }
    }
    throw new IOException("no VmRSS in /proc/self/status");
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }
}
