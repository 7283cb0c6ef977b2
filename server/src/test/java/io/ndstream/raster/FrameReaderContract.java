package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every reader obeys this, on files whose pixels are a known formula. */
abstract class FrameReaderContract {
  private static final int WIDTH = 300;
  private static final int HEIGHT = 210;

  @TempDir Path directory;
  FrameReader reader;

  abstract FrameReader open(Path scratch);

  @BeforeEach
  void openReader() throws IOException {
    reader = open(Files.createDirectory(directory.resolve("work")));
  }

  @AfterEach
  void closeReader() {
    reader.close();
  }

  private Path write(String name, RasterSpec spec) {
    return Formula.write(directory.resolve(name), spec);
  }

  private static RasterSpec tiff(int bands, DType dtype) {
    return RasterSpec.of(RasterSpec.Format.GTIFF, WIDTH, HEIGHT, bands, dtype).withTileSize(64);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void readsEveryDtype(DType dtype) {
    Path file = write("a.tif", tiff(3, dtype).withNodata(7));
    FrameHeader header = reader.header(file.toString());
    assertThat(header.dtype()).isEqualTo(dtype);
    assertThat(header.bands()).isEqualTo(3);
    assertThat(header.width()).isEqualTo(WIDTH);
    assertThat(header.height()).isEqualTo(HEIGHT);
    assertRandomWindows(file, header, 20, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NONE", "DEFLATE", "LZW", "ZSTD"})
  void readsEveryCodecTiledAndStriped(String codec) {
    for (int predictor = 1; predictor <= 2; predictor++) {
      for (int tile : new int[] {0, 64}) {
        Path file =
            write(
                codec + predictor + tile + ".tif",
                tiff(3, DType.UINT16).withCompression(codec, predictor).withTileSize(tile));
        assertRandomWindows(file, reader.header(file.toString()), 10, predictor);
      }
    }
  }

  @Test
  void readsPng() {
    for (int bands = 1; bands <= 4; bands++) {
      Path file =
          write(
              bands + ".png",
              RasterSpec.of(RasterSpec.Format.PNG, WIDTH, HEIGHT, bands, DType.UINT8));
      assertRandomWindows(file, reader.header(file.toString()), 10, bands);
    }
  }

  @Test
  void readsCogWithOverviewsAtTheirOwnResolution() {
    RasterSpec spec =
        RasterSpec.of(RasterSpec.Format.COG, 1200, 700, 1, DType.INT16)
            .withTileSize(128)
            .withOverviews("NEAREST", List.of(2, 4))
            .withNodata(-5);
    Path file = write("cog.tif", spec);
    FrameHeader header = reader.header(file.toString());
    assertThat(header.overviews()).isGreaterThanOrEqualTo(2);
    assertThat(header.levels().get(1).width()).isEqualTo(600);
    assertThat(header.levels().get(1).height()).isEqualTo(350);
    assertThat(header.nodata(0)).hasValue(-5);
    assertThat(header.levels().get(1).nodata().get(0)).hasValue(-5);
    Window w = new Window(37, 41, 200, 150);
    ByteBuffer overview = read(file, 1, w, new int[] {0}, header.dtype());
    ByteBuffer full = read(file, 0, new Window(74, 82, 400, 300), new int[] {0}, header.dtype());
    for (int y = 0; y < w.height(); y++) {
      for (int x = 0; x < w.width(); x++) {
        short value = overview.getShort((y * w.width() + x) * 2);
        assertThat(value)
            .as("x=%d y=%d", x, y)
            .isIn(
                full.getShort((2 * y * 400 + 2 * x) * 2),
                full.getShort(((2 * y + 1) * 400 + 2 * x + 1) * 2));
      }
    }
  }

  @Test
  void writesOnlyItsPlacesWhateverTheBufferAndLayout() {
    Path file = write("a.tif", tiff(4, DType.UINT16));
    Random random = new Random(5);
    for (int i = 0; i < 40; i++) {
      Window w =
          new Window(
              random.nextInt(100),
              random.nextInt(100),
              1 + random.nextInt(90),
              1 + random.nextInt(90));
      int[] bands = random.ints(1 + random.nextInt(4), 0, 4).toArray();
      boolean chw = random.nextBoolean();
      int gap = 2 * random.nextInt(3);
      int offset = 2 * random.nextInt(8);
      Layout layout =
          chw
              ? new Layout(
                  offset, 2 + gap, (2 + gap) * w.width(), (2 + gap) * w.width() * w.height())
              : new Layout(offset, 2 * bands.length + gap, (2 * bands.length + gap) * w.width(), 2);
      int size = (int) layout.end(w.width(), w.height(), bands.length, 2) + 6;
      ByteBuffer buffer =
          (random.nextBoolean() ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size))
              .order(ByteOrder.LITTLE_ENDIAN);
      for (int at = 0; at < size; at++) {
        buffer.put(at, (byte) 0x5a);
      }
      ByteBuffer expected =
          ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).put(0, buffer, 0, size);
      for (int y = 0; y < w.height(); y++) {
        for (int x = 0; x < w.width(); x++) {
          for (int b = 0; b < bands.length; b++) {
            Formula.put(
                expected,
                offset
                    + y * layout.rowStride()
                    + x * layout.pixelStride()
                    + b * layout.bandStride(),
                DType.UINT16,
                Formula.value(DType.UINT16, w.x() + x, w.y() + y, bands[b]));
          }
        }
      }
      reader.read(file.toString(), 0, w, bands, buffer, layout, new StageTimes());
      assertThat(buffer).as("seed 5, i=%d %s %s", i, w, layout).isEqualTo(expected);
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    String file = write("a.tif", tiff(2, DType.UINT8)).toString();
    ByteBuffer buffer = ByteBuffer.allocate(1000);
    Layout layout = Layout.hwc(0, 10, 1, 1);
    assertReason(
        Reason.BAD_WINDOW, () -> readInto(file, 0, new Window(295, 0, 10, 10), 0, buffer, layout));
    assertReason(
        Reason.BAD_WINDOW, () -> readInto(file, 0, new Window(-1, 0, 10, 10), 0, buffer, layout));
    assertReason(
        Reason.BAD_ARGUMENT, () -> readInto(file, 1, new Window(0, 0, 10, 10), 0, buffer, layout));
    assertReason(
        Reason.BAD_ARGUMENT, () -> readInto(file, 0, new Window(0, 0, 10, 10), 2, buffer, layout));
    assertReason(
        Reason.BAD_ARGUMENT, () -> readInto(file, 0, new Window(0, 0, 10, 101), 0, buffer, layout));
  }

  @Test
  void saysWhatIsWrongWithTheFile() throws IOException {
    assertReason(
        Reason.MISSING_FILE, () -> reader.header(directory.resolve("none.tif").toString()));
    Path text = Files.writeString(directory.resolve("text.tif"), "no image at all");
    assertReason(Reason.UNREADABLE_FILE, () -> reader.header(text.toString()));
    assertReason(Reason.UNREADABLE_FILE, () -> reader.header(directory.toString()));
    Path whole = write("whole.tif", tiff(3, DType.UINT8));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut =
        Files.write(directory.resolve("cut.tif"), Arrays.copyOf(bytes, bytes.length * 3 / 4));
    assertThatThrownBy(
            () ->
                readInto(
                    cut.toString(),
                    0,
                    new Window(0, 0, WIDTH, HEIGHT),
                    0,
                    ByteBuffer.allocate(WIDTH * HEIGHT),
                    Layout.hwc(0, WIDTH, 1, 1)))
        .isInstanceOfSatisfying(
            LoaderException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.UNREADABLE_FILE);
              assertThat(e.facts()).containsEntry("file", cut.toString());
            });
  }

  static void assertReason(Reason reason, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            LoaderException.class,
            e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
  }

  private void readInto(
      String file, int level, Window window, int band, ByteBuffer buffer, Layout layout) {
    reader.read(file, level, window, new int[] {band}, buffer, layout, new StageTimes());
  }

  ByteBuffer read(Path file, int level, Window w, int[] bands, DType dtype) {
    ByteBuffer buffer =
        ByteBuffer.allocate((int) w.area() * bands.length * dtype.bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    reader.read(
        file.toString(),
        level,
        w,
        bands,
        buffer,
        Layout.hwc(0, w.width(), bands.length, dtype.bytes()),
        new StageTimes());
    return buffer;
  }

  void assertRandomWindows(Path file, FrameHeader header, int count, long seed) {
    Random random = new Random(seed);
    int[] all = new int[header.bands()];
    for (int b = 0; b < all.length; b++) {
      all[b] = b;
    }
    for (int i = 0; i < count; i++) {
      Window w = Formula.randomWindow(random, header.width(), header.height());
      assertThat(read(file, 0, w, all, header.dtype()))
          .as("%s seed %d i=%d %s", file.getFileName(), seed, i, w)
          .isEqualTo(Formula.pixels(header.dtype(), w, header.bands()));
    }
  }
}
