package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries on disk: what becomes of them when something goes wrong, and when there is no room. */
class CachedFrameReaderTest {
  private static final RasterSpec PNG =
      RasterSpec.of(RasterSpec.Format.PNG, 300, 210, 3, DType.UINT8);

  @TempDir Path directory;
  private final HandlePool pool = new HandlePool(8);

  @AfterEach
  void close() {
    assertThat(pool.lentHandles()).isZero();
    pool.close();
  }

  private CachedFrameReader open(Backend backend, long budget) {
    return open(backend, budget, 0, 64 << 20);
  }

  private CachedFrameReader open(Backend backend, long budget, long keepFree, long tileCache) {
    TiledFrameReader source =
        new TiledFrameReader(pool, new TileCache(tileCache), LocationPolicy.LOCAL);
    return new CachedFrameReader(
        source, pool, new CacheOptions(backend, directory.resolve("cache"), budget, keepFree, 64));
  }

  private Path png(String name) {
    return Formula.write(directory.resolve(name), PNG);
  }

  private static void assertRight(FrameReader reader, Path file, int count) {
    Random random = new Random(3);
    for (int i = 0; i < count; i++) {
      Window w = Formula.randomWindow(random, 300, 210);
      ByteBuffer into = ByteBuffer.allocate((int) w.area() * 3);
      reader.read(
          file.toString(),
          0,
          w,
          new int[] {0, 1, 2},
          into,
          Layout.hwc(0, w.width(), 3, 1),
          new StageTimes());
      assertThat(into).as("seed 3, i=%d %s", i, w).isEqualTo(Formula.pixels(DType.UINT8, w, 3));
    }
  }

  @Test
  void goesOnWithAnEntryThatAnotherProcessPutInItsPlace() throws IOException {
    Path file = png("a.png");
    for (Backend backend : List.of(Backend.NPY, Backend.RAW, Backend.COG)) {
      try (CachedFrameReader one = open(backend, 1 << 30, 0, 0);
          CachedFrameReader other = open(backend, 1 << 30)) {
        assertRight(one, file, 5);
        Path entry = entries().get(0);
        Files.delete(entry);
        assertRight(other, file, 5);
        FileIdentity made = FileIdentity.of(entry);
        assertRight(one, file, 20);
        assertThat(one.counts().damaged()).isZero();
        assertThat(FileIdentity.of(entry)).as("the other's entry").isEqualTo(made);
        Files.delete(entry);
      }
    }
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> paths = Files.walk(directory.resolve("cache"))) {
      return paths.filter(Files::isRegularFile).toList();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Backend.class,
      names = {"NPY", "COG", "RAW"})
  void rebuildsADamagedEntryAndNeverServesIt(Backend backend) throws IOException {
    Path file = png("a.png");
    assertRight(open(backend, 1 << 30), file, 3);
    assertThat(entries()).hasSize(1);
    Path entry = entries().get(0);
    byte[] good = Files.readAllBytes(entry);
    Random random = new Random(11);
    for (int i = 0; i < 30; i++) {
      byte[] bad = good.clone();
      if (random.nextInt(4) == 0) {
        bad = Arrays.copyOf(bad, random.nextInt(bad.length));
      } else {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(entry, bad);
      assertRight(open(backend, 1 << 30, 0, 0), file, 4);
    }
  }

  @Test
  void twoFilesOfOneNameNeverShareAnEntry() throws IOException {
    Path a = Files.createDirectory(directory.resolve("a"));
    Path b = Files.createDirectory(directory.resolve("b"));
    Path first = Formula.write(a.resolve("x.png"), PNG);
    Path second = b.resolve("x.png");
    try (RasterWriter writer = RasterWriter.create(second, PNG)) {
      writer.write(new Window(0, 0, 300, 210), ByteBuffer.allocate(300 * 210 * 3));
      writer.commit();
    }
    CachedFrameReader reader = open(Backend.RAW, 1 << 30);
    assertRight(reader, first, 2);
    ByteBuffer into = ByteBuffer.allocate(300);
    reader.read(
        second.toString(),
        0,
        new Window(5, 5, 10, 10),
        new int[] {0, 1, 2},
        into,
        Layout.hwc(0, 10, 3, 1),
        new StageTimes());
    assertThat(into).isEqualTo(ByteBuffer.allocate(300));
    assertThat(entries()).hasSize(2);
  }

  @Test
  void anEditedSourceGetsANewEntry() throws IOException {
    Path file = directory.resolve("a.png");
    try (RasterWriter writer = RasterWriter.create(file, PNG)) {
      writer.commit();
    }
    open(Backend.NPY, 1 << 30).prepare(file.toString());
    png("a.png");
    assertRight(open(Backend.NPY, 1 << 30), file, 3);
    assertThat(entries()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void staysWithinItsBudget(int fits) throws IOException {
    long size = 300 * 210 * 3 + 2000;
    CachedFrameReader reader = open(Backend.NPY, fits * size);
    for (int i = 0; i < 8; i++) {
      Path file = png(i + ".png");
      assertRight(reader, file, 1);
      assertThat(entries()).hasSizeLessThanOrEqualTo(fits);
      assertThat(reader.missingBytes(file.toString())).as("the entry just made").isZero();
    }
    assertThat(reader.counts().evicted()).isPositive();
    assertThat(reader.counts().damaged()).isZero();
  }

  @Test
  void readsTheSourceWhenTheDiskHasNoRoom() throws IOException {
    Path file = png("a.png");
    CachedFrameReader reader = open(Backend.RAW, 1 << 30, Long.MAX_VALUE / 2, 64 << 20);
    assertRight(reader, file, 3);
    assertThat(entries()).isEmpty();
    FrameReaderContract.assertReason(Reason.DISK_FULL, () -> reader.prepare(file.toString()));
  }

  @Test
  void preparesOnce() {
    Path file = png("a.png");
    CachedFrameReader reader = open(Backend.COG, 1 << 30);
    assertThat(reader.missingBytes(file.toString())).isEqualTo(300 * 210 * 3);
    assertThat(reader.prepare(file.toString())).isEqualTo(CachedFrameReader.Prepared.MADE);
    assertThat(reader.missingBytes(file.toString())).isZero();
    assertThat(reader.prepare(file.toString())).isEqualTo(CachedFrameReader.Prepared.PRESENT);
    assertThat(open(Backend.COG, 1 << 30).prepare(file.toString()))
        .isEqualTo(CachedFrameReader.Prepared.PRESENT);
    Path tiled =
        Formula.write(
            directory.resolve("t.tif"),
            RasterSpec.of(RasterSpec.Format.GTIFF, 300, 210, 3, DType.UINT8).withTileSize(64));
    assertThat(reader.prepare(tiled.toString())).isEqualTo(CachedFrameReader.Prepared.IN_PLACE);
  }

  @Test
  void sweepsWhatADeadProcessLeft() throws IOException {
    open(Backend.RAW, 1 << 30);
    Path living =
        new EntryStore(new CacheOptions(Backend.RAW, directory.resolve("cache"), 1, 0, 64))
            .unfinished();
    Files.createFile(living);
    String dead = living.getFileName().toString().replaceFirst("-\\d+\\.", "-4194303.");
    Files.createFile(living.resolveSibling(dead));
    open(Backend.RAW, 1 << 30);
    assertThat(entries()).containsExactly(living);
  }
}
