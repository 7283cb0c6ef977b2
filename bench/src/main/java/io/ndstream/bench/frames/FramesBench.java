package io.ndstream.bench.frames;

import io.ndstream.raster.Gdal;
import io.ndstream.raster.HandlePool;
import io.ndstream.raster.LocationPolicy;
import io.ndstream.raster.TileCache;
import io.ndstream.raster.TiledFrameReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Codec x cache x threads, ours beside C over GDAL in the same run. */
final class FramesBench {
  private static final int SIDE = 256;

  private final Path directory;
  private final int imageSide;
  private final double seconds;

  FramesBench(Path directory, int imageSide, double seconds) {
    this.directory = directory;
    this.imageSide = imageSide;
    this.seconds = seconds;
  }

  void run(List<String> codecs) throws IOException, InterruptedException {
    Gdal.start();
    CProgram c = CProgram.compile(directory);
    long warmBytes = (long) imageSide * imageSide * 3 * 5 / 4;
    System.out.printf("%-8s %-5s %7s %10s %10s %7s%n", "codec", "cache", "threads", "C", "ours", "ratio");
    for (String codec : codecs) {
      Path file = TestImage.cog(directory, imageSide, codec);
      for (boolean warm : new boolean[] {false, true}) {
        long cacheBytes = warm ? warmBytes : 32L << 20;
        for (int threads = 1; threads <= 2; threads++) {
          double theirs = c.windowsPerSecond(file, threads, cacheBytes, seconds, warm);
          double ours = ours(file, threads, cacheBytes, warm);
          System.out.printf("%-8s %-5s %7d %10.0f %10.0f %7.2f%n", codec, warm ? "warm" : "cold", threads, theirs, ours, ours / theirs);
        }
      }
    }
  }

  private double ours(Path file, int threads, long cacheBytes, boolean warm) throws InterruptedException {
    try (HandlePool pool = new HandlePool(32);
        TiledFrameReader reader = new TiledFrameReader(pool, new TileCache(cacheBytes), LocationPolicy.LOCAL)) {
      Windows windows = new Windows(reader, file, SIDE);
      if (warm) {
        windows.readAll();
      }
      windows.run(threads, seconds); // lets the compiler see the loops
      return windows.run(threads, seconds);
    }
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    new FramesBench(Path.of(args[0]), Integer.parseInt(args[1]), Double.parseDouble(args[2])).run(List.of(args[3].split(",")));
  }
}
