package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tiles nobody wrote are not in the file, and read as nodata by GDAL and by our decoder, at every
 * level.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SparseRasterTest {
  private static final int SIDE = 1100;
  private static final int TILE = 128;
  private static final int BANDS = 2;
  private static final int VALUE = 3;

  /** The one tile that is written. */
  private static final Window WRITTEN = new Window(2 * TILE, TILE, TILE, TILE);

  @TempDir static Path directory;
  private HandlePool pool;

  @BeforeAll
  void open() {
    pool = new HandlePool(8);
  }

  @AfterAll
  void close() {
    pool.close();
  }

  static Stream<Arguments> files() {
    return Stream.of(RasterSpec.Format.GTIFF, RasterSpec.Format.COG)
        .flatMap(
            format ->
                Stream.of(DType.UINT8, DType.INT16, DType.UINT16, DType.INT32, DType.FLOAT32)
                    .map(dtype -> Arguments.of(format, dtype)));
  }

  @ParameterizedTest
  @MethodSource("files")
  void leavesTilesOutThatAreReadAsNodata(RasterSpec.Format format, DType dtype) throws IOException {
    double nodata = dtype.isFloat() ? Double.NaN : dtype.isSigned() ? -99 : 0;
    Path file = write(format, dtype, nodata);
    List<TiffDirectory> levels;
    try (FileChannel channel = FileChannel.open(file)) {
      levels = TiffParser.parse(channel);
    }
    assertThat(levels).hasSize(3);
    assertThat(levels).allSatisfy(d -> assertThat(tilesOf(d)).isEqualTo(1));
    for (FrameReader reader :
        List.of(
            new GdalFrameReader(pool),
            new TiledFrameReader(pool, new TileCache(1 << 20), LocationPolicy.LOCAL))) {
      for (int level = 0; level < levels.size(); level++) {
        check(reader, file, level, dtype, nodata);
      }
    }
    Files.delete(file);
  }

  private static long tilesOf(TiffDirectory directory) {
    return Arrays.stream(directory.byteCounts()).filter(count -> count > 0).count();
  }

  private Path write(RasterSpec.Format format, DType dtype, double nodata) {
    Path file = directory.resolve(format + "-" + dtype + ".tif");
    RasterSpec spec =
        RasterSpec.of(format, SIDE, SIDE, BANDS, dtype)
            .withTileSize(TILE)
            .withOverviews("NEAREST", List.of(2, 4))
            .withNodata(nodata)
            .withoutEmptyTiles();
    ByteBuffer pixels =
        ByteBuffer.allocateDirect((int) WRITTEN.area() * BANDS * dtype.bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < pixels.capacity(); at += dtype.bytes()) {
      Formula.put(pixels, at, dtype, VALUE);
    }
    try (RasterWriter writer = RasterWriter.create(file, spec)) {
      writer.write(WRITTEN, pixels);
      writer.flush();
      writer.commit();
    }
    return file;
  }

  /** Of sides that halve without a rest; with one, GDAL's pixels drift from every other one. */
  @ParameterizedTest
  @CsvSource({"GTIFF, 128, UINT8", "GTIFF, 48, INT16", "COG, 128, FLOAT32", "COG, 16, INT16"})
  void hasTheOverviewsThatGdalMakes(RasterSpec.Format format, int tile, DType dtype) {
    RasterSpec full =
        RasterSpec.of(format, 528, 392, BANDS, dtype)
            .withTileSize(tile)
            .withOverviews("NEAREST", List.of(2, 4, 8));
    Path wanted = Formula.write(directory.resolve("full.tif"), full);
    Path found = Formula.write(directory.resolve("found.tif"), full.withoutEmptyTiles());
    GdalFrameReader reader = new GdalFrameReader(pool);
    FrameHeader header = reader.header(wanted.toString());
    assertThat(reader.header(found.toString()).levels()).hasSameSizeAs(header.levels()).hasSize(4);
    for (int level = 0; level < header.levels().size(); level++) {
      byte[] pixels = pixels(reader, wanted, level, dtype);
      assertThat(Arrays.equals(pixels(reader, found, level, dtype), pixels))
          .as("level %d", level)
          .isTrue();
    }
  }

  private static byte[] pixels(FrameReader reader, Path file, int level, DType dtype) {
    FrameHeader.Level size = reader.header(file.toString()).levels().get(level);
    Window all = new Window(0, 0, size.width(), size.height());
    byte[] pixels = new byte[(int) all.area() * BANDS * dtype.bytes()];
    Layout layout = Layout.hwc(0, all.width(), BANDS, dtype.bytes());
    int[] bands = {0, 1};
    ByteBuffer into = ByteBuffer.wrap(pixels).order(ByteOrder.LITTLE_ENDIAN);
    reader.read(file.toString(), level, all, bands, into, layout, new StageTimes());
    return pixels;
  }

  private static void check(FrameReader reader, Path file, int level, DType dtype, double nodata) {
    FrameHeader.Level size = reader.header(file.toString()).levels().get(level);
    ByteBuffer found =
        ByteBuffer.wrap(pixels(reader, file, level, dtype)).order(ByteOrder.LITTLE_ENDIAN);
    int factor = 1 << level;
    int at = 0;
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        double wanted = WRITTEN.contains(new Window(x * factor, y * factor, 1, 1)) ? VALUE : nodata;
        for (int band = 0; band < BANDS; band++, at += dtype.bytes()) {
          if (Double.compare(Formula.get(found, at, dtype), wanted) != 0) {
            assertThat(Formula.get(found, at, dtype))
                .as("%s, level %d, %d,%d band %d", reader.getClass(), level, x, y, band)
                .isEqualTo(wanted);
          }
        }
      }
    }
  }
}
