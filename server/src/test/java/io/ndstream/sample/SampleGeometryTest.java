package io.ndstream.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.ndstream.annot.AnnotationColumns;
import io.ndstream.annot.Doubles;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
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
  private static final String QUARTER_TURN =
      "{\"theta\": 1.5707963267948966, \"offset\": [512, 0]}";
  private static final String TURNED = "{\"theta\": 0.1, \"about\": [256, 272]}";
  private static final String SHEARED =
      "{\"shearx\": 0.15, \"scale\": [1.1, 0.9], \"about\": [256, 272]}";

  /**
   * Half of 1/32 pixel, to which source coordinates are rounded, and of 1/1024, to which their two
   * parts are.
   */
  private static final double ROUNDED = 1 / 64.0 + 1 / 1024.0;

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
    String location =
        loader.dataset().images().get(loader.dataset().imageRowOfId(1)).assets().get(0).location();
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 40; i++) {
      Window w =
          new Window(
              random.nextInt(1900),
              random.nextInt(1900),
              1 + random.nextInt(148),
              1 + random.nextInt(148));
      boolean channelsFirst = random.nextBoolean();
      ResolvedSample sample =
          resolve(
              loader,
              TargetSpec.builder()
                  .imageIds(List.of(1L))
                  .spaceSlice(slices(w))
                  .channels("red|green|blue")
                  .axes(channelsFirst ? "TCHW" : "THWC"));
      ByteBuffer want = ByteBuffer.allocate((int) sample.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      Layout layout =
          channelsFirst ? Layout.chw(0, w.width(), w.height(), 1) : Layout.hwc(0, w.width(), 3, 1);
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
        ByteBuffer part =
            load(loader, resolve(loader, TargetSpec.builder().imageId(2L).slices(slices(w))));
        for (int r = 0; r < w.height(); r++) {
          again.put(2 * ((y + r) * width + x), part, 2 * r * w.width(), 2 * w.width());
        }
      }
    }
    assertThat(again).as("seed %d, step %d", SEED, step).isEqualTo(all);
  }

  /**
   * A ramp stays a ramp under every symmetric kernel, so away from borders each pixel is the ramp
   * at its centre.
   */
  @ParameterizedTest
  @ValueSource(doubles = {1 / 16.0, 1 / 8.0, 1 / 4.0, 1 / 2.0, 1, 2, 4})
  void rampsLieWhereTheTransformSays(double scale) throws IOException {
    RasterSpec plain = RasterSpec.of(RasterSpec.Format.GTIFF, 640, 512, 1, DType.FLOAT32);
    RasterSpec withOverviews = plain.withOverviews("AVERAGE", List.of(2, 4));
    String[] warps = {
      "null", "{\"scale\": 2, \"offset\": [0.5, -3]}", QUARTER_TURN, TURNED, SHEARED
    };
    for (int i = 0; i < 2 * warps.length; i++) {
      RasterSpec spec = i % 2 == 0 ? plain : withOverviews;
      Path manifest =
          MadeDataset.write(
              dir.resolve("ramp" + i),
              spec,
              (x, y) -> ramp(x + 0.5, y + 0.5),
              warps[i / 2],
              512,
              640);
      SampleLoader loader = OPEN.open(manifest);
      Window w = new Window(64, 96, 384, 352);
      ResolvedSample sample =
          resolve(
              loader,
              TargetSpec.builder()
                  .imageIds(List.of(1L))
                  .spaceSlice(slices(w))
                  .scale(List.of(scale)));
      // Whole scales and quarter turns meet pixels at multiples of 1/32; others are rounded,
      // perhaps in an overview.
      double off = ROUNDED * Math.max(1, 1 / scale);
      double allowed = i / 2 < 3 ? 2e-6 : ramp(off, off);
      compareToRamp(
          sample,
          load(loader, sample),
          imageFromSample(loader, sample),
          scale,
          warps[i / 2],
          allowed);
    }
  }

  private static Affine imageFromSample(SampleLoader loader, ResolvedSample sample) {
    Affine toVideo = loader.dataset().images().get(0).videoFromImage();
    return toVideo.inverse().after(sample.params().canvasFromSample());
  }

  private static double ramp(double x, double y) {
    return x / 64 + y / 128;
  }

  private static void compareToRamp(
      ResolvedSample sample,
      ByteBuffer pixels,
      Affine imageFromSample,
      double scale,
      String warp,
      double allowed) {
    int border = (int) Math.ceil(3 * Math.max(1, scale));
    int compared = 0;
    double largest = 0;
    for (int y = border; y < sample.height() - border; y++) {
      for (int x = border; x < sample.width() - border; x++) {
        double want =
            ramp(imageFromSample.x(x + 0.5, y + 0.5), imageFromSample.y(x + 0.5, y + 0.5));
        // NaN counts as a difference: Math.max keeps it.
        largest = Math.max(largest, Math.abs(pixels.getFloat(4 * (y * sample.width() + x)) - want));
        compared++;
      }
    }
    assertThat(largest).as("scale %s warp %s", scale, warp).isCloseTo(0, within(allowed));
    assertThat(compared).isGreaterThan(100);
  }

  /** A bright rectangle is as large, and has its centre, where the annotation's box says. */
  @ParameterizedTest
  @ValueSource(doubles = {1 / 16.0, 1 / 8.0, 1 / 4.0, 1 / 2.0, 1, 2, 4})
  void boxesLieWhereTheirPixelsDo(double scale) throws IOException {
    RasterSpec spec =
        RasterSpec.of(RasterSpec.Format.GTIFF, 640, 512, 1, DType.FLOAT32)
            .withOverviews("AVERAGE", List.of(2, 4));
    String[] warps = {"null", "{\"scale\": 0.5, \"offset\": [96, 64]}", QUARTER_TURN, TURNED};
    for (int i = 0; i < warps.length; i++) {
      Path manifest =
          MadeDataset.withBox(
              dir.resolve("box" + i),
              spec,
              (x, y) -> x >= 192 && x < 320 && y >= 224 && y < 304 ? 1 : 0,
              "[192, 224, 128, 80]",
              warps[i],
              512,
              640);
      SampleLoader loader = OPEN.open(manifest);
      TargetSpec target =
          TargetSpec.builder()
              .imageIds(List.of(1L))
              .spaceSlice(slices(new Window(64, 96, 384, 352)))
              .scale(List.of(scale))
              .build();
      ResolvedSample sample = loader.resolve(target, AnnotationRequest.ALL);
      compareToBox(loader, sample, box(loader, sample), "scale " + scale + " warp " + warps[i]);
    }
  }

  private static Box box(SampleLoader loader, ResolvedSample sample) {
    AnnotationColumns columns = new AnnotationColumns();
    columns.reset(false, false, List.of());
    try (SampleScratch scratch = new SampleScratch()) {
      loader.annotate(sample, scratch, columns, new StageTimes());
    }
    assertThat(columns.size()).isEqualTo(1);
    Doubles b = columns.boxes();
    return Box.ofXywh(b.get(0), b.get(1), b.get(2), b.get(3));
  }

  private static void compareToBox(
      SampleLoader loader, ResolvedSample sample, Box box, String which) {
    ByteBuffer pixels = load(loader, sample);
    double mass = 0;
    double x = 0;
    double y = 0;
    for (int i = 0; i < sample.height() * sample.width(); i++) {
      float value = pixels.getFloat(4 * i);
      // What a turned image leaves empty is NaN.
      double weight = Float.isNaN(value) ? 0 : value;
      mass += weight;
      x += weight * (i % sample.width() + 0.5);
      y += weight * (i / sample.width() + 0.5);
    }
    assertThat(x / mass)
        .as("centre, %s", which)
        .isCloseTo((box.left() + box.right()) / 2, within(0.01));
    assertThat(y / mass)
        .as("centre, %s", which)
        .isCloseTo((box.top() + box.bottom()) / 2, within(0.01));
    Affine map = imageFromSample(loader, sample);
    double shrink = Math.abs(map.a11() * map.a22() - map.a12() * map.a21());
    assertThat(mass).as("area, %s", which).isCloseTo(128 * 80 / shrink, withinPercentage(1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1 / 16.0, 1 / 8.0, 1 / 4.0, 1 / 2.0, 1, 2, 3, 4})
  void nearestTakesACheckerboardCellByCell(double scale) throws IOException {
    int cell = 3;
    RasterSpec spec = RasterSpec.of(RasterSpec.Format.GTIFF, 480, 320, 1, DType.UINT8);
    Path manifest =
        MadeDataset.write(
            dir.resolve("board"),
            spec,
            (x, y) -> (x / cell + y / cell) % 2 * 255,
            "null",
            480,
            320);
    SampleLoader loader = OPEN.open(manifest);
    Window w = new Window(7, 11, 320, 240);
    ResolvedSample sample =
        resolve(
            loader,
            TargetSpec.builder()
                .imageIds(List.of(1L))
                .spaceSlice(slices(w))
                .interpolation("nearest")
                .scale(List.of(scale)));
    ByteBuffer pixels = load(loader, sample);
    for (int y = 0; y < sample.height(); y++) {
      for (int x = 0; x < sample.width(); x++) {
        int want =
            ((w.x() + (int) (x / scale)) / cell + (w.y() + (int) (y / scale)) / cell) % 2 * 255;
        assertThat(pixels.get(y * sample.width() + x) & 0xff)
            .as("pixel %d %d", x, y)
            .isEqualTo(want);
      }
    }
  }

  /** 17 * (1 / (68 / 48.0)) falls just short of 12, and so does the reference. */
  @Test
  void nearestTakesThePixelBeforeIfTheRatioFallsShort() throws IOException {
    RasterSpec spec = RasterSpec.of(RasterSpec.Format.GTIFF, 16, 48, 1, DType.UINT8);
    SampleLoader loader =
        OPEN.open(MadeDataset.write(dir.resolve("rows"), spec, (x, y) -> y, "null", 16, 48));
    ResolvedSample sample =
        resolve(
            loader,
            TargetSpec.builder()
                .imageIds(List.of(1L))
                .interpolation("nearest")
                .scale(List.of(1.0, 1.4)));
    ByteBuffer pixels = load(loader, sample);
    assertThat(sample.height()).isEqualTo(68);
    assertThat(pixels.get(16 * 16)).isEqualTo((byte) 11);
    assertThat(pixels.get(17 * 16)).isEqualTo((byte) 11);
    assertThat(pixels.get(18 * 16)).isEqualTo((byte) 12);
  }

  @Test
  void aSixteenthReadsNextToNothing() {
    SampleLoader open = OPEN.loader("pyramids");
    CountingReader reader = new CountingReader(OPEN.reader());
    SampleLoader loader =
        new SampleLoader(open.dataset(), AnnotationIndex.build(open.dataset()), reader);
    ResolvedSample sample =
        resolve(loader, TargetSpec.builder().imageIds(List.of(1L)).scale(List.of(1 / 16.0)));
    load(loader, sample);
    assertThat(sample.shape()).containsExactly(1L, 128L, 128L, 3L);
    assertThat(reader.bytes()).isPositive().isLessThan(2048L * 2048 * 3 / 50);
  }
}
