package io.ndstream.sample;

import static org.assertj.core.api.Assertions.fail;

import io.ndstream.annot.AnnotationColumns;
import io.ndstream.annot.MaskOptions;
import io.ndstream.error.LoaderException;
import io.ndstream.pixels.StageTimes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a caller asks for, the answer is a sample or a {@link LoaderException}. */
class AnyTargetTest {
  private static final int TRIES = 800;
  private static final int LARGEST = 16 << 20;
  private static final long[] WHOLE = {
    0, 1, 2, -1, -5, 20, 64, 1000, Integer.MAX_VALUE, 1L << 40, Long.MIN_VALUE, Long.MAX_VALUE
  };
  private static final double[] REAL = {
    0, 0.5, 1, 2, -1, 1e-9, 1e9, Double.NaN, Double.POSITIVE_INFINITY, -1e300
  };
  private static final String[] TEXT = {
    "",
    "r",
    "r|g|b",
    "<all>",
    "zz",
    "r|",
    "a:5",
    "a:9999999999",
    "|||",
    "B1|B8",
    "r,g",
    "é",
    "nan",
    "float",
    "uint8",
    "float32",
    "nearest",
    "cubic",
    "lanczos",
    "area",
    "CHW",
    "TCHW",
    "largest",
    "edge",
    "reflect",
    "constant"
  };

  private Random random;

  @ParameterizedTest
  @ValueSource(strings = {"vidshapes2", "warps", "segs", "broken", "pyramids"})
  void givesASampleOrSaysWhyNot(String dataset) throws Exception {
    try (OpenSamples open = new OpenSamples();
        SampleScratch scratch = new SampleScratch()) {
      SampleLoader loader = open.loader(dataset);
      for (int seed = 0; seed < TRIES; seed++) {
        random = new Random(seed);
        TargetSpec target = target();
        AnnotationRequest request = request();
        try {
          load(loader, target, request, scratch);
        } catch (LoaderException e) {
          continue;
        } catch (RuntimeException | Error e) {
          fail("data set " + dataset + ", seed " + seed + ": " + target + ", " + request, e);
        }
      }
    }
  }

  private static void load(
      SampleLoader loader, TargetSpec target, AnnotationRequest request, SampleScratch scratch) {
    ResolvedSample sample = loader.resolve(target, request);
    if (sample.bytes() > LARGEST) {
      return;
    }
    ByteBuffer row = ByteBuffer.allocate((int) sample.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    loader.readInto(sample, row, scratch, new StageTimes());
    AnnotationColumns columns = new AnnotationColumns();
    columns.reset(request.wantsSegmentations(), request.wantsKeypoints(), List.of());
    loader.annotate(sample, scratch, columns, new StageTimes());
  }

  private boolean chance(double share) {
    return random.nextDouble() < share;
  }

  private <T> T maybe(double share, Supplier<T> value) {
    return chance(share) ? value.get() : null;
  }

  private String text() {
    return TEXT[random.nextInt(TEXT.length)];
  }

  private long whole() {
    return WHOLE[random.nextInt(WHOLE.length)];
  }

  private double real() {
    return chance(0.3) ? REAL[random.nextInt(REAL.length)] : random.nextDouble() * 60;
  }

  private Slice slice() {
    if (chance(0.8)) {
      long start = random.nextInt(80) - 20;
      return Slice.of(start, start + random.nextInt(60));
    }
    return new Slice(maybe(0.8, this::whole), maybe(0.8, this::whole), maybe(0.1, this::whole));
  }

  private List<Slice> slices(int usual) {
    List<Slice> slices = new ArrayList<>();
    int count = chance(0.9) ? usual : random.nextInt(5);
    for (int i = 0; i < count; i++) {
      slices.add(slice());
    }
    return slices;
  }

  private Pad pad() {
    List<Pad.Axis> axes = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      axes.add(
          new Pad.Axis(chance(0.1) ? whole() : random.nextInt(12) - 3, random.nextInt(12) - 3));
    }
    return new Pad(axes, chance(0.3));
  }

  private TargetSpec target() {
    double source = random.nextDouble();
    return TargetSpec.builder()
        .imageId(
            source < 0.45 ? Long.valueOf(chance(0.05) ? whole() : 1 + random.nextInt(4)) : null)
        .videoId(source > 0.4 && source < 0.65 ? Long.valueOf(1) : null)
        .imageIds(
            source > 0.6
                ? List.of(1L + random.nextInt(3), 1L + random.nextInt(3))
                    .subList(0, random.nextInt(3))
                : null)
        .annotationId(maybe(0.1, () -> (long) random.nextInt(20)))
        .slices(maybe(0.1, () -> slices(2)))
        .spaceSlice(maybe(0.6, () -> slices(2)))
        .timeSlice(maybe(0.1, this::slice))
        .cx(maybe(0.1, this::real))
        .cy(maybe(0.1, this::real))
        .width(maybe(0.1, this::real))
        .height(maybe(0.1, this::real))
        .windowDims(
            maybe(
                0.05,
                () -> chance(0.5) ? new WindowDims(List.of(), text()) : WindowDims.of(whole(), 20)))
        .channels(maybe(0.2, this::text))
        .streams(maybe(0.1, () -> chance(0.7) ? "S2:(red|green),L8:dem,r|pan" : text()))
        .scale(
            maybe(
                0.3, () -> chance(0.5) ? List.of(real() / 20) : List.of(real() / 20, real() / 20)))
        .pad(maybe(0.2, this::pad))
        .fill(maybe(0.2, () -> new Fill(text(), maybe(0.3, this::real))))
        .dtype(maybe(0.1, () -> chance(0.7) ? "float32" : text()))
        .nodata(maybe(0.1, () -> chance(0.7) ? "float" : text()))
        .interpolation(
            maybe(
                0.2,
                () ->
                    chance(0.3)
                        ? text()
                        : List.of("nearest", "cubic", "lanczos", "area").get(random.nextInt(4))))
        .antialias(maybe(0.1, random::nextBoolean))
        .useNativeScale(maybe(0.15, random::nextBoolean))
        .realignNative(maybe(0.05, () -> "largest"))
        .axes(maybe(0.1, this::text))
        .build();
  }

  private AnnotationRequest request() {
    return new AnnotationRequest(
        chance(0.2),
        chance(0.1) ? List.of(text()) : List.of(),
        chance(0.2) ? real() : 0,
        maybe(0.1, () -> List.of(whole(), 1L)),
        chance(0.3),
        MaskOptions.NONE);
  }
}
