package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandlePoolTest {
  private static final RasterSpec SPEC =
      RasterSpec.of(RasterSpec.Format.GTIFF, 96, 80, 2, DType.UINT16).withTileSize(32);

  @TempDir Path directory;

  @Test
  void readsManyFilesFromManyThreadsWithinItsLimit() throws Exception {
    Path first = Formula.write(directory.resolve("0.tif"), SPEC);
    List<String> files = new ArrayList<>(List.of(first.toString()));
    for (int i = 1; i < 500; i++) {
      files.add(Files.copy(first, directory.resolve(i + ".tif")).toString());
    }
    try (HandlePool pool = new HandlePool(32);
        FrameReader gdal = new GdalFrameReader(pool);
        FrameReader tiled =
            new TiledFrameReader(pool, new TileCache(1 << 20), LocationPolicy.LOCAL)) {
      for (FrameReader reader : List.of(gdal, tiled)) {
        readAll(reader, files, pool);
        long before = descriptors();
        readAll(reader, files, pool);
        assertThat(descriptors()).as("descriptors open").isLessThanOrEqualTo(before + 8);
        assertThat(pool.openHandles()).isLessThanOrEqualTo(32);
        assertThat(pool.lentHandles()).isZero();
      }
      pool.close();
      assertThat(pool.openHandles()).isZero();
    }
  }

  @Test
  void waitsWhenAllHandlesAreLent() throws Exception {
    String a = Formula.write(directory.resolve("a.tif"), SPEC).toString();
    String b = Formula.write(directory.resolve("b.tif"), SPEC).toString();
    try (HandlePool pool = new HandlePool(1)) {
      var lease = pool.borrow(a);
      Thread waiting = new Thread(() -> pool.borrow(b).close());
      waiting.start();
      while (waiting.getState() != Thread.State.WAITING) {
        Thread.sleep(1);
      }
      assertThat(pool.opened()).isEqualTo(1);
      lease.close();
      lease.close(); // harmless
      waiting.join();
      assertThat(pool.opened()).isEqualTo(2);
      assertThat(pool.openHandles()).isEqualTo(1);
    }
  }

  @Test
  void lendsOneFileOnlySoOftenAtOnce() throws Exception {
    String a = Formula.write(directory.resolve("a.tif"), SPEC).toString();
    String b = Formula.write(directory.resolve("b.tif"), SPEC).toString();
    try (HandlePool pool = new HandlePool(new HandleLimits(8, 1 << 30, 2))) {
      var first = pool.borrow(a);
      var second = pool.borrow(a);
      Thread third = new Thread(() -> pool.borrow(a).close());
      third.start();
      while (third.getState() != Thread.State.WAITING) {
        Thread.sleep(1);
      }
      pool.borrow(b).close(); // has its place all the while
      assertThat(third.isAlive()).isTrue();
      first.close();
      third.join();
      second.close();
      assertThat(pool.opened()).as("two of a, one of b").isEqualTo(3);
    }
  }

  @Test
  void closesIdleHandlesToKeepToItsBytes() {
    String a = Formula.write(directory.resolve("a.tif"), SPEC).toString();
    List<String> others = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      others.add(Formula.write(directory.resolve(i + ".tif"), SPEC).toString());
    }
    long each;
    try (HandlePool pool = new HandlePool(8)) {
      pool.borrow(a).close();
      each = pool.bytes();
    }
    try (HandlePool pool = new HandlePool(new HandleLimits(8, 3 * each, 8))) {
      var lent = pool.borrow(a);
      for (String other : others) {
        pool.borrow(other).close();
        assertThat(pool.bytes()).isLessThanOrEqualTo(3 * each);
      }
      assertThat(pool.openHandles()).isEqualTo(3);
      assertThat(lent.handle().header().width()).as("the lent one is still open").isEqualTo(96);
      lent.close();
      pool.borrow(others.get(5)).close();
      assertThat(pool.opened()).as("the one used last was kept").isEqualTo(7);
      pool.close();
      assertThat(pool.bytes()).isZero();
    }
  }

  @Test
  void opensNothingTwiceForOneThread() {
    String a = Formula.write(directory.resolve("a.tif"), SPEC).toString();
    try (HandlePool pool = new HandlePool(4)) {
      for (int i = 0; i < 10; i++) {
        pool.borrow(a).close();
      }
      assertThat(pool.opened()).isEqualTo(1);
    }
  }

  @Test
  void aFileThatFailsToOpenTakesNoPlace() throws IOException {
    String bad = Files.writeString(directory.resolve("bad.tif"), "bad").toString();
    try (HandlePool pool = new HandlePool(2)) {
      for (int i = 0; i < 5; i++) {
        FrameReaderContract.assertReason(
            io.ndstream.error.Reason.UNREADABLE_FILE, () -> pool.borrow(bad));
      }
      assertThat(pool.openHandles()).isZero();
      assertThat(pool.lentHandles()).isZero();
    }
  }

  private static void readAll(FrameReader reader, List<String> files, HandlePool pool)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < 6; t++) {
        Random random = new Random(t);
        running.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 300; i++) {
                    Window w = Formula.randomWindow(random, 96, 80);
                    ByteBuffer into = ByteBuffer.allocate((int) w.area() * 4);
                    reader.read(
                        files.get(random.nextInt(files.size())),
                        0,
                        w,
                        new int[] {0, 1},
                        into,
                        Layout.hwc(0, w.width(), 2, 2),
                        new StageTimes());
                    assertThat(into).isEqualTo(Formula.pixels(DType.UINT16, w, 2));
                    assertThat(pool.openHandles()).isLessThanOrEqualTo(32);
                  }
                  return null;
                }));
      }
      for (Future<?> future : running) {
        future.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }
}
