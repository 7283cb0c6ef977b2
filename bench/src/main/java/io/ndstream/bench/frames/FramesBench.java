package io.ndstream.bench.frames;

import io.ndstream.raster.Backend;
import io.ndstream.raster.CacheOptions;
import io.ndstream.raster.CachedFrameReader;
import io.ndstream.raster.FrameReader;
import io.ndstream.raster.Gdal;
import io.ndstream.raster.HandlePool;
import io.ndstream.raster.LocationPolicy;
import io.ndstream.raster.TileCache;
import io.ndstream.raster.TiledFrameReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Random 256² windows of one large cloud-optimised TIFF: codec x cache x threads, ours beside C
 * over GDAL (and Python, if it has GDAL or rasterio) in the same run. Run: {@code ./ndstream bench
 * frames}; a number is the best of some rounds, taken in turns, so that what else the machine does
 * hits all alike.
 *
 * <p>Options: {@code --dir DIR} for the images (kept, to save making them again), {@code --side
 * 8192}, {@code --seconds 2}, {@code --rounds 3}, {@code --codecs ZSTD,DEFLATE,LZW,JPEG}, and
 * {@code --soak [READS]} to run {@link Soak} instead.
 */
public final class FramesBench {
  private static final int SIDE = 256;
  private static final long SMALL_CACHE = 32L << 20;
  private static final double WARM_UP_SECONDS = 4;

  /** A window as large as a tile touches four of them, unless it lies exactly on one or two. */
  private static final int TILES_OF_A_WINDOW = 4;

  private final Path directory;
  private final int imageSide;
  private final double seconds;
  private final int rounds;

  private FramesBench(Path directory, int imageSide, double seconds, int rounds) {
    this.directory = directory;
    this.imageSide = imageSide;
    this.seconds = seconds;
    this.rounds = rounds;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> given = List.of(args);
    Path directory =
        Path.of(
            option(
                given,
                "--dir",
                Path.of(System.getProperty("java.io.tmpdir"), "ndstream-bench").toString()));
    Gdal.start();
    Gdal.cacheBytes((int) SMALL_CACHE);
    if (given.contains("--soak")) {
      System.exit(
          Soak.runApart(directory.resolve("soak"), option(given, "--soak", "100000")) ? 0 : 1);
    }
    FramesBench bench =
        new FramesBench(
            directory,
            Integer.parseInt(option(given, "--side", "8192")),
            Double.parseDouble(option(given, "--seconds", "2")),
            Integer.parseInt(option(given, "--rounds", "3")));
    bench.run(List.of(option(given, "--codecs", "ZSTD,DEFLATE,LZW,JPEG").split(",")));
  }

  private static String option(List<String> given, String name, String absent) {
    int at = given.indexOf(name);
    return at < 0 || at + 1 >= given.size() || given.get(at + 1).startsWith("--")
        ? absent
        : given.get(at + 1);
  }

  private void run(List<String> codecs) throws IOException, InterruptedException {
    Rivals rivals = Rivals.find(directory);
    System.out.printf(
        "Windows of %d x %d x 3 uint8 per second from %d x %d; cold: cache of 32 MiB, warm: all of"
            + " it in memory%n",
        SIDE, SIDE, imageSide, imageSide);
    double copies = StridedCopyRate.measure(imageSide, SIDE, seconds);
    System.out.printf("Limit of warm reads, a strided copy from memory: %.0f/s a thread%n", copies);
    System.out.printf(
        "%-8s %-5s %7s %9s %9s %9s %7s %9s%n",
        "codec", "cache", "threads", "C", "Python", "ours", "ours/C", "of limit");
    for (String codec : codecs) {
      Path file = TestImage.cog(directory, imageSide, codec);
      double decodes = tiles(file) / TILES_OF_A_WINDOW;
      System.out.printf(
          "%-8s limit of cold reads, four whole tiles decoded: %.0f/s a thread%n", codec, decodes);
      compare(codec, file, Backend.NONE, false, rivals, decodes);
      compare(codec, file, Backend.NONE, true, rivals, copies);
    }
    Path first = TestImage.cog(directory, imageSide, codecs.get(0));
    compare("raw", first, Backend.RAW, true, rivals, copies);
  }

  /**
   * @param limit windows a second of one thread that did nothing but what cannot be saved
   */
  private void compare(
      String label, Path file, Backend backend, boolean warm, Rivals rivals, double limit)
      throws IOException, InterruptedException {
    long cacheBytes = warm ? (long) imageSide * imageSide * 3 * 5 / 4 : SMALL_CACHE;
    try (Subject ours = new Subject(cacheBytes, backend, directory.resolve("cache"))) {
      Windows windows = new Windows(ours.reader, file, SIDE);
      windows.readAll();
      windows.run(2, WARM_UP_SECONDS); // lets the compiler see the loops
      for (int threads = 1; threads <= 2; threads++) {
        double theirs = 0;
        double best = 0;
        double python = 0;
        for (int round = 0; round < rounds; round++) {
          theirs = Math.max(theirs, rivals.c(file, threads, cacheBytes, seconds, warm));
          best = Math.max(best, windows.run(threads, seconds));
          python = round == 0 ? rivals.python(file, threads, cacheBytes, seconds, warm) : python;
        }
        System.out.printf(
            "%-8s %-5s %7d %9.0f %9s %9.0f %7.2f %8.0f%%%n",
            label,
            warm ? "warm" : "cold",
            threads,
            theirs,
            python > 0 ? String.format("%.0f", python) : "-",
            best,
            best / theirs,
            100 * best / (threads * limit));
      }
    }
  }

  /**
   * Tiles a second when every window is one tile and nothing is kept: reading and decoding, and one
   * copy.
   */
  private double tiles(Path file) throws InterruptedException, IOException {
    try (Subject ours = new Subject(0, Backend.NONE, directory.resolve("cache"))) {
      Windows windows = new Windows(ours.reader, file, SIDE);
      List<Double> rates = new ArrayList<>();
      for (int round = 0; round <= rounds; round++) {
        rates.add(windows.tiles(seconds));
      }
      return rates.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }
  }

  /** The reader under test with all it stands on. */
  private static final class Subject implements AutoCloseable {
    private final HandlePool pool = new HandlePool(32);
    final FrameReader reader;

    Subject(long cacheBytes, Backend backend, Path directory) throws IOException {
      Files.createDirectories(directory);
      TiledFrameReader tiled =
          new TiledFrameReader(pool, new TileCache(cacheBytes), LocationPolicy.LOCAL);
      reader =
          backend == Backend.NONE
              ? tiled
              : new CachedFrameReader(
                  tiled,
                  pool,
                  new CacheOptions(
                      backend, directory, 16L << 30, 1 << 30, CacheOptions.tileSizeFor(SIDE)));
    }

    @Override
    public void close() {
      reader.close();
      pool.close();
    }
  }
}
