package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that share a cache directory, are killed while they fill it, or find no room on the
 * disk.
 */
class CacheCrashTest {
  private static final int FILES = 12;

  /** Of each of two backends. */
  private static final int KILLS = 25;

  private static final RasterSpec PNG =
      RasterSpec.of(RasterSpec.Format.PNG, 500, 400, 3, DType.UINT8);

  @TempDir Path directory;
  private Path cache;

  /** Fills a cache: BACKEND CACHE FILE... */
  static final class Filler {
    private Filler() {}

    public static void main(String[] args) {
      try (HandlePool pool = new HandlePool(4);
          TiledFrameReader source =
              new TiledFrameReader(pool, new TileCache(8 << 20), LocationPolicy.LOCAL);
          CachedFrameReader frames =
              open(source, pool, Backend.valueOf(args[0]), Path.of(args[1]))) {
        new Preparation(frames, 2).run(List.of(args).subList(2, args.length), false, () -> false);
      }
    }
  }

  private static CachedFrameReader open(
      TiledFrameReader source, HandlePool pool, Backend backend, Path cache) {
    return new CachedFrameReader(source, pool, new CacheOptions(backend, cache, 1 << 30, 0, 64));
  }

  @BeforeEach
  void writeFiles() throws IOException {
    cache = directory.resolve("cache");
    Path first = Formula.write(directory.resolve("0.png"), PNG);
    for (int i = 1; i < FILES; i++) {
      Files.copy(first, directory.resolve(i + ".png"));
    }
  }

  private List<String> files() {
    List<String> files = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      files.add(directory.resolve(i + ".png").toString());
    }
    return files;
  }

  private Process fill(Backend backend) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx256m",
                "-Djava.library.path=" + System.getProperty("java.library.path"),
                "-cp",
                classPath(),
                Filler.class.getName(),
                backend.name(),
                cache.toString()));
    command.addAll(files());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** What the filler needs, wherever the test runner loaded it from. */
  private static String classPath() {
    return Stream.of(
            Filler.class,
            CachedFrameReader.class,
            org.gdal.gdal.gdal.class,
            com.github.benmanes.caffeine.cache.Caffeine.class,
            com.github.luben.zstd.Zstd.class)
        .map(c -> c.getProtectionDomain().getCodeSource().getLocation().getPath())
        .distinct()
        .collect(java.util.stream.Collectors.joining(":"));
  }

  private void assertAllRightAndNoLitter(Backend backend) throws IOException {
    try (HandlePool pool = new HandlePool(4);
        TiledFrameReader source =
            new TiledFrameReader(pool, new TileCache(8 << 20), LocationPolicy.LOCAL);
        CachedFrameReader frames = open(source, pool, backend, cache)) {
      Preparation preparation = new Preparation(frames, 2);
      preparation.run(files(), false, () -> false);
      assertThat(preparation.failures()).isEmpty();
      Window all = new Window(0, 0, 500, 400);
      for (String file : files()) {
        ByteBuffer into = ByteBuffer.allocate(500 * 400 * 3);
        frames.read(
            file, 0, all, new int[] {0, 1, 2}, into, Layout.hwc(0, 500, 3, 1), new StageTimes());
        assertThat(into).isEqualTo(Formula.pixels(DType.UINT8, all, 3));
      }
      assertThat(frames.counts().damaged()).as("damaged entries").isZero();
    }
    try (Stream<Path> left = Files.list(cache.resolve("tmp"))) {
      assertThat(left).as("litter").isEmpty();
    }
    try (Stream<Path> entries = Files.walk(cache)) {
      assertThat(entries.filter(Files::isRegularFile)).hasSize(FILES);
    }
  }

  private void awaitFiles(Process filler, long count) throws InterruptedException {
    while (filler.isAlive() && files(cache) < count) {
      Thread.sleep(1);
    }
  }

  /**
   * Files below a directory, complete entries and others; they come and go while they are counted.
   */
  private static long files(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).count();
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0;
    }
  }

  @Test
  void aKilledRunLeavesNothingWrong() throws Exception {
    Random random = new Random(1);
    for (Backend backend : List.of(Backend.RAW, Backend.COG)) {
      int killed = 0;
      for (int i = 0; i < KILLS; i++) {
        long before = files(cache);
        Process filler = fill(backend);
        // Somewhere in its work, however fast the machine is.
        awaitFiles(filler, before + 1 + random.nextInt(FILES / 2));
        if (filler.isAlive()) {
          filler.destroyForcibly().waitFor();
          killed++;
        }
        if (i < KILLS - 1 && files(cache) >= FILES / 2) {
          deleteAll(cache);
        }
      }
      assertThat(killed).as("killed at work, of %d", KILLS).isGreaterThan(KILLS / 2);
      assertAllRightAndNoLitter(backend);
      deleteAll(cache);
    }
  }

  @Test
  void twoProcessesFillOneCache() throws Exception {
    List<Process> both = List.of(fill(Backend.NPY), fill(Backend.NPY));
    for (Process process : both) {
      assertThat(process.waitFor()).isZero();
    }
    assertAllRightAndNoLitter(Backend.NPY);
  }

  @Test
  void aFullDiskCostsEntriesNotSamples() throws Exception {
    Path small = Files.createDirectory(directory.resolve("small"));
    boolean mounted =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1500k", "none", small.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()
            == 0;
    assumeThat(mounted).as("may mount a small tmpfs").isTrue();
    try (HandlePool pool = new HandlePool(4);
        TiledFrameReader source =
            new TiledFrameReader(pool, new TileCache(8 << 20), LocationPolicy.LOCAL)) {
      for (Backend backend : List.of(Backend.NPY, Backend.RAW, Backend.COG)) {
        CachedFrameReader frames = open(source, pool, backend, small.resolve(backend.name()));
        Window w = new Window(10, 20, 300, 200);
        for (String file : files()) {
          ByteBuffer into = ByteBuffer.allocate(300 * 200 * 3);
          frames.read(
              file, 0, w, new int[] {0, 1, 2}, into, Layout.hwc(0, 300, 3, 1), new StageTimes());
          assertThat(into).isEqualTo(Formula.pixels(DType.UINT8, w, 3));
        }
        Preparation preparation = new Preparation(frames, 1);
        preparation.run(files(), false, () -> false);
        if (backend != Backend.COG) { // compressed entries may well fit
          assertThat(preparation.failures())
              .isNotEmpty()
              .allSatisfy(
                  f -> assertThat(f.why().reason()).isEqualTo(io.ndstream.error.Reason.DISK_FULL));
        }
        try (Stream<Path> left = Files.list(small.resolve(backend.name()).resolve("tmp"))) {
          assertThat(left).as("litter").isEmpty();
        }
      }
    } finally {
      new ProcessBuilder("umount", "-l", small.toString()).start().waitFor();
    }
  }

  private static void deleteAll(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
