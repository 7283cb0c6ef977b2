package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ndstream.coco.Dataset;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.raster.HandlePool;
import io.ndstream.raster.LocationPolicy;
import io.ndstream.raster.RasterSpec;
import io.ndstream.raster.TileCache;
import io.ndstream.raster.TiledFrameReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The raster holds the averages of the canvas, whatever its type and format, and no more. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FinalizerTest {
  private static final int WIDTH = 300;
  private static final int HEIGHT = 210;

  @TempDir Path bundle;
  private HandlePool pool;

  @BeforeAll
  void open() {
    pool = new HandlePool(4);
  }

  @AfterAll
  void close() {
    pool.close();
  }

  static Stream<Arguments> outputs() {
    return Stream.of(RasterSpec.Format.GTIFF, RasterSpec.Format.COG)
        .flatMap(
            format ->
                Stream.concat(
                        Arrays.stream(DType.values()).filter(dtype -> !dtype.isFloat()),
                        Stream.of((DType) null))
                    .map(dtype -> Arguments.of(format, dtype)));
  }

  @ParameterizedTest
  @MethodSource("outputs")
  void holdsTheAveragesAndNothingWhereNoWindowFell(RasterSpec.Format format, DType dtype)
      throws Exception {
    Path own = bundle.resolve(format + "-" + dtype);
    try (Dataset dataset = Runs.oneImage(own, WIDTH, HEIGHT);
        StitchRun run = Runs.open(own.resolve("run"), spec(own, format, dtype, 64), dataset)) {
      add(run, new Window(20, 10, 70, 40)); // weights differ in the tiles of both
      add(run, new Window(60, 30, 90, 64));
      add(run, new Window(192, 128, 64, 64)); // a whole tile
      Window all = run.view(1).bounds();
      double[] wanted = averages(run.view(1), all);
      FinishedRaster raster = run.finalizeImage(1, true);
      var files = new TiledFrameReader(pool, new TileCache(1 << 20), LocationPolicy.LOCAL);
      double[] found = averages(run.averages(1, files), all);
      double step = dtype == null ? 0 : dtype.bytes() == 1 ? 1 / 127.0 : 1 / 32767.0;
      double total = 0;
      for (int i = 0; i < wanted.length; i++) {
        if (Double.isNaN(wanted[i])) {
          assertThat(found[i]).as("cell %d", i).isNaN();
        } else {
          assertThat(found[i]).as("cell %d", i).isBetween(wanted[i] - step, wanted[i] + step);
          total += wanted[i];
        }
      }
      assertThat(raster.total()).isCloseTo(total, within(1e-9 * total));
    }
  }

  @Test
  void aNearlyEmptyCanvasIsASmallFile() throws Exception {
    try (Dataset dataset = Runs.oneImage(bundle, 40_000, 30_000);
        StitchRun run =
            Runs.open(
                bundle.resolve("run"),
                spec(bundle, RasterSpec.Format.GTIFF, DType.INT16, 256),
                dataset)) {
      add(run, new Window(20_000, 20_000, 64, 64));
      FinishedRaster raster = run.finalizeImage(1, true);
      // Offsets and sizes of 18 526 tiles, and one tile.
      assertThat(Files.size(bundle.resolve(raster.fileName()))).isLessThan(400_000);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GTIFF", "COG"})
  void aCanvasThatEveryWindowMissedIsNothingButNodata(RasterSpec.Format format) throws Exception {
    Path own = bundle.resolve("missed-" + format);
    try (Dataset dataset = Runs.oneImage(own, WIDTH, HEIGHT);
        StitchRun run =
            Runs.open(own.resolve("run"), spec(own, format, DType.INT16, 64), dataset)) {
      add(run, new Window(WIDTH, HEIGHT, 8, 8));
      run.finalizeImage(1, true);
      var files = new TiledFrameReader(pool, new TileCache(1 << 20), LocationPolicy.LOCAL);
      assertThat(averages(run.averages(1, files), new Window(0, 0, WIDTH, HEIGHT)))
          .containsOnly(Double.NaN);
    }
  }

  private static RunSpec spec(Path bundle, RasterSpec.Format format, DType dtype, int block) {
    return Runs.spec(List.of("a", "b"), Precision.EXACT, Runs.output(bundle, format, dtype, block));
  }

  private static double[] averages(Averages of, Window part) {
    double[] values = new double[(int) part.area() * of.bands()];
    of.averages(part, values);
    return values;
  }

  private static void add(StitchRun run, Window box) {
    float[] values = new float[(int) box.area() * 2];
    Random random = new Random(box.hashCode());
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    Patch patch = Runs.patch(box.height(), box.width(), 2, values);
    run.add(new StitchWindow(1, "", box, patch, null, false), null);
  }
}
