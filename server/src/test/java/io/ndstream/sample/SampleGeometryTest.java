package io.ndstream.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import io.ndstream.index.AnnotationIndex;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import io.ndstream.raster.RasterSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pixels lie where the returned transforms say, on images whose every value is known. */
class SampleGeometryTest {
  private static final OpenSamples OPEN = new OpenSamples();
  private static final long SEED = 20_240_501;

  @TempDir Path dir;

  @AfterAll
  static void close() {
    OPEN.close();
  }

  private static ByteBuffer load(SampleLoader loader, ResolvedSample sample) {
    ByteBuffer row = ByteBuffer.allocate((int) sample.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    try (SampleScratch scratch = new SampleScratch()) {
      loader.readInto(sample, row, scratch, new StageTimes());
    }
    return row;
  }

  private static ResolvedSample resolve(SampleLoader loader, TargetSpec.Builder target) {
    return loader.resolve(target.build(), AnnotationRequest.NONE);
  }

  private static List<Slice> slices(Window w) {
    return List.of(Slice.of(w.y(), w.bottom()), Slice.of(w.x(), w.right()));
  }

  @Test
  void scaleOneIsACopyBitForBit() {
    SampleLoader loader = OPEN.loader("pyramids");
    String location = loader.dataset().images().get(loader.dataset().imageRowOfId(1)).assets().get(0).location();
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 40; i++) {
      Window w = new Window(random.nextInt(1900), random.nextInt(1900), 1 + random.nextInt(148), 1 + random.nextInt(148));
      boolean channelsFirst = random.nextBoolean();
      ResolvedSample sample = resolve(loader, TargetSpec.builder().imageIds(List.of(1L)).spaceSlice(slices(w))
          .channels("red|green|blue").axes(channelsFirst ? "TCHW" : "THWC"));
      ByteBuffer want = ByteBuffer.allocate((int) sample.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      Layout layout = channelsFirst ? Layout.chw(0, w.width(), w.height(), 1) : Layout.hwc(0, w.width(), 3, 1);
      OPEN.reader().read(location, 0, w, new int[] {0, 1, 2}, want, layout, new StageTimes());
      assertThat(load(loader, sample)).as("seed %d, step %d, %s", SEED, i, w).isEqualTo(want);
    }
  }

  @Test
  void anImageCutIntoWindowsIsTheImage() {
    SampleLoader loader = OPEN.loader("pyramids");
    ResolvedSample whole = resolve(loader, TargetSpec.builder().imageId(2L));
    ByteBuffer all = load(loader, whole);
    int height = whole.height();
    int width = whole.width();
    SplittableRandom random = new SplittableRandom(SEED);
    int step = 150 + random.nextInt(100);
    ByteBuffer again = ByteBuffer.allocate(all.capacity()).order(ByteOrder.LITTLE_ENDIAN);
    for (int y = 0; y < height; y += step) {
      for (int x = 0; x < width; x += step) {
        Window w = Window.ofCorners(x, y, Math.min(width, x + step), Math.min(height, y + step));
        ByteBuffer part = load(loader, resolve(loader, TargetSpec.builder().imageId(2L).slices(slices(w))));
        for (int r = 0; r < w.height(); r++) {
          again.put(2 * ((y + r) * width + x), part, 2 * r * w.width(), 2 * w.width());
        }
      }
    }
    assertThat(again).as("seed %d, step %d", SEED, step).isEqualTo(all);
  }

  /** A ramp stays a ramp under every symmetric kernel, so away from borders each pixel is the ramp at its centre. */
  @ParameterizedTest
  @ValueSource(doubles = {1 / 16.0, 1 / 8.0, 1 / 4.0, 1 / 2.0, 1, 2, 4})
  void rampsLieWhereTheTransformSays(double scale) throws IOException {
    RasterSpec plain = RasterSpec.of(RasterSpec.Format.GTIFF, 640, 512, 1, DType.FLOAT32);
    RasterSpec withOverviews = plain.withOverviews("AVERAGE", List.of(2, 4));
    String[] warps = {"null", "{\"scale\": 2, \"offset\": [0.5, -3]}", "{\"theta\": 1.5707963267948966, \"offset\": [512, 0]}"};
    for (int i = 0; i < 2 * warps.length; i++) {
      RasterSpec spec = i % 2 == 0 ? plain : withOverviews;
      Path manifest = MadeDataset.write(dir.resolve("ramp" + i), spec, (x, y) -> ramp(x + 0.5, y + 0.5), warps[i / 2], 512, 640);
      SampleLoader loader = OPEN.open(manifest);
      Window w = new Window(64, 96, 384, 352);
      ResolvedSample sample =
          resolve(loader, TargetSpec.builder().imageIds(List.of(1L)).spaceSlice(slices(w)).scale(List.of(scale)));
      Affine toVideo = loader.dataset().images().get(0).videoFromImage();
      Affine imageFromSample = toVideo.inverse().after(sample.params().canvasFromSample());
      compareToRamp(sample, load(loader, sample), imageFromSample, scale, warps[i / 2]);
    }
  }

  private static double ramp(double x, double y) {
    return x / 64 + y / 128;
  }

  private static void compareToRamp(ResolvedSample sample, ByteBuffer pixels, Affine imageFromSample, double scale, String warp) {
    int border = (int) Math.ceil(3 * Math.max(1, scale));
    int compared = 0;
    double largest = 0;
    for (int y = border; y < sample.height() - border; y++) {
      for (int x = border; x < sample.width() - border; x++) {
        double want = ramp(imageFromSample.x(x + 0.5, y + 0.5), imageFromSample.y(x + 0.5, y + 0.5));
        // NaN counts as a difference: Math.max keeps it.
        largest = Math.max(largest, Math.abs(pixels.getFloat(4 * (y * sample.width() + x)) - want));
        compared++;
      }
    }
    assertThat(largest).as("scale %s warp %s", scale, warp).isCloseTo(0, within(2e-6));
    assertThat(compared).isGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void nearestEnlargesACheckerboardCellByCell(int scale) throws IOException {
    RasterSpec spec = RasterSpec.of(RasterSpec.Format.GTIFF, 96, 80, 1, DType.UINT8);
    Path manifest = MadeDataset.write(dir.resolve("board"), spec, (x, y) -> (x + y) % 2 * 255, "null", 96, 80);
    SampleLoader loader = OPEN.open(manifest);
    Window w = new Window(7, 11, 40, 30);
    ResolvedSample sample = resolve(loader, TargetSpec.builder().imageIds(List.of(1L)).spaceSlice(slices(w))
        .interpolation("nearest").scale(List.of((double) scale)));
    ByteBuffer pixels = load(loader, sample);
    for (int y = 0; y < sample.height(); y++) {
      for (int x = 0; x < sample.width(); x++) {
        int want = (w.x() + x / scale + w.y() + y / scale) % 2 * 255;
        assertThat(pixels.get(y * sample.width() + x) & 0xff).as("pixel %d %d", x, y).isEqualTo(want);
      }
    }
  }

  @Test
  void aSixteenthReadsNextToNothing() {
    SampleLoader open = OPEN.loader("pyramids");
    CountingReader reader = new CountingReader(OPEN.reader());
    SampleLoader loader = new SampleLoader(open.dataset(), AnnotationIndex.build(open.dataset()), reader);
    ResolvedSample sample = resolve(loader, TargetSpec.builder().imageIds(List.of(1L)).scale(List.of(1 / 16.0)));
    load(loader, sample);
    assertThat(sample.shape()).containsExactly(1L, 128L, 128L, 3L);
    assertThat(reader.bytes()).isPositive().isLessThan(2048L * 2048 * 3 / 50);
  }
}
