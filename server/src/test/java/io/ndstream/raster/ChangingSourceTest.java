package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are replaced, cut or deleted while they are being served. */
class ChangingSourceTest {
  private static final RasterSpec SPEC =
      RasterSpec.of(RasterSpec.Format.GTIFF, 300, 300, 1, DType.UINT8).withTileSize(64);
  private static final Window LEFT = new Window(0, 0, 100, 100);
  private static final Window RIGHT = new Window(200, 200, 100, 100);

  @TempDir Path directory;
  private HandlePool pool;
  private List<FrameReader> readers;

  @BeforeEach
  void open() {
    pool = new HandlePool(4);
    readers =
        List.of(
            new GdalFrameReader(pool),
            new TiledFrameReader(pool, new TileCache(8 << 20), LocationPolicy.LOCAL));
  }

  @AfterEach
  void close() {
    assertThat(pool.lentHandles()).isZero();
    pool.close();
  }

  private static ByteBuffer read(FrameReader reader, Path file, Window w) {
    ByteBuffer into = ByteBuffer.allocate((int) w.area());
    reader.read(
        file.toString(),
        0,
        w,
        new int[] {0},
        into,
        Layout.hwc(0, w.width(), 1, 1),
        new StageTimes());
    return into;
  }

  @Test
  void neverMixesOldAndNewPixels() throws IOException {
    for (FrameReader reader : readers) {
      Path file = Formula.write(directory.resolve("a.tif"), SPEC);
      assertThat(read(reader, file, LEFT)).isEqualTo(Formula.pixels(DType.UINT8, LEFT, 1));
      try (RasterWriter writer = RasterWriter.create(file, SPEC)) {
        writer.write(new Window(0, 0, 300, 300), ByteBuffer.allocate(300 * 300));
        writer.commit();
      }
      try {
        assertThat(read(reader, file, new Window(0, 0, 300, 300)))
            .isEqualTo(ByteBuffer.allocate(300 * 300));
      } catch (LoaderException e) {
        assertThat(e.reason()).isEqualTo(Reason.SOURCE_CHANGED);
        assertThat(e.facts()).containsEntry("file", file.toString());
      }
    }
  }

  @Test
  void reportsAFileThatWasCut() throws IOException {
    for (FrameReader reader : readers) {
      Path file = Formula.write(directory.resolve("b.tif"), SPEC.withCompression("NONE", 1));
      read(reader, file, LEFT);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() / 2);
      }
      for (int i = 0; i < 3; i++) {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> read(reader, file, RIGHT))
            .isInstanceOfSatisfying(
                LoaderException.class,
                e -> assertThat(e.reason()).isIn(Reason.SOURCE_CHANGED, Reason.UNREADABLE_FILE));
      }
    }
  }

  @Test
  void reportsAFileThatHasGone() throws IOException {
    for (FrameReader reader : readers) {
      Path file = Formula.write(directory.resolve("c.tif"), SPEC);
      read(reader, file, LEFT);
      Files.delete(file);
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> read(reader, file, LEFT))
          .isInstanceOfSatisfying(
              LoaderException.class,
              e -> assertThat(e.reason()).isIn(Reason.SOURCE_CHANGED, Reason.MISSING_FILE));
    }
  }

  @Test
  void remembersFailuresForAWhile() throws IOException {
    FrameReader reader = readers.get(1);
    Path file = Files.writeString(directory.resolve("d.tif"), "nothing");
    FrameReaderContract.assertReason(Reason.UNREADABLE_FILE, () -> reader.header(file.toString()));
    Formula.write(file, SPEC);
    FrameReaderContract.assertReason(Reason.UNREADABLE_FILE, () -> reader.header(file.toString()));
  }
}
