package io.ndstream.warp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.geom.Affine;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Single precision gives the same pixels as double precision for bytes, and as good as the same for
 * other small numbers.
 */
class LanesTest {
  private static final int TRIES = 150;

  private final Scratch scratch = new Scratch();
  private final RowWriter writer = new RowWriter();
  private final Pipeline<float[]> single = new Pipeline<>(new FloatLanes(), scratch, writer);
  private final Pipeline<double[]> wide = new Pipeline<>(new DoubleLanes(), scratch, writer);

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"UINT8", "INT8", "UINT16", "INT16"})
  void bothPrecisionsGiveTheSamePixels(DType type) {
    long different = 0;
    long compared = 0;
    for (int seed = 0; seed < TRIES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int bands = new int[] {1, 3, 13}[random.nextInt(3)];
      int width = 1 + random.nextInt(60);
      int height = 1 + random.nextInt(40);
      byte[] pixels = new byte[width * height * bands * type.bytes()];
      random.nextBytes(pixels);
      ReadPlan plan = plan(random, width, height);
      if (plan.map() == null || plan.width() == 0 || plan.height() == 0) {
        continue;
      }
      Interpolation how = Interpolation.values()[1 + random.nextInt(3)];
      Sampling sampling = new Sampling(how, random.nextBoolean(), random.nextBoolean());
      int[] a = resample(single, plan, sampling, type, bands, pixels);
      int[] b = resample(wide, plan, sampling, type, bands, pixels);
      for (int i = 0; i < a.length; i++) {
        // A blurred pixel that is off by one may be sharpened to two by kernels that overshoot.
        assertThat(Math.abs(a[i] - b[i]))
            .as("seed %d, value %d, %s, %s", seed, i, sampling, plan)
            .isLessThanOrEqualTo(how != Interpolation.LINEAR ? 2 : type == DType.UINT8 ? 0 : 1);
        different += a[i] != b[i] ? 1 : 0;
      }
      compared += a.length;
    }
    assertThat(compared).isGreaterThan(100_000);
    assertThat(different).as("of %d", compared).isLessThan(compared / 100);
  }

  private static ReadPlan plan(SplittableRandom random, int width, int height) {
    double sx = 0.05 + 2 * random.nextDouble();
    double sy = 0.05 + 2 * random.nextDouble();
    double theta = random.nextBoolean() ? 0 : random.nextDouble() * 6;
    Affine map =
        Affine.of(
            sx,
            sy,
            theta,
            0,
            random.nextInt(9) - 4.3,
            random.nextInt(9) - 4.6,
            width / 2.0,
            height / 2.0);
    int canvasWidth = (int) Math.ceil(width * sx);
    int canvasHeight = (int) Math.ceil(height * sy);
    return ReadPlan.whole(new Source(width, height, 0), false).warp(map, canvasWidth, canvasHeight);
  }

  private int[] resample(
      Pipeline<?> pipeline, ReadPlan plan, Sampling how, DType type, int bands, byte[] pixels) {
    Decoding decoding = new Decoding(type, type, bands, null, null);
    PixelReader reader =
        (level, window, into, layout) -> {
          int rowBytes = plan.source().width() * bands * type.bytes();
          for (int y = 0; y < window.height(); y++) {
            int from = (window.y() + y) * rowBytes + window.x() * bands * type.bytes();
            into.put(
                layout.offset() + y * layout.rowStride(),
                pixels,
                from,
                window.width() * bands * type.bytes());
          }
        };
    int count = plan.width() * plan.height() * bands;
    ByteBuffer out =
        ByteBuffer.allocate(count * DType.INT32.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    scratch.reset();
    writer.open(
        new Destination(out, Layout.hwc(0, plan.width(), bands, DType.INT32.bytes()), DType.INT32),
        bands,
        plan.width());
    pipeline.interpolate(new Reading(plan, decoding, reader, Edge.of(false, how.stretched())), how);
    int[] values = new int[count];
    out.asIntBuffer().get(values);
    return values;
  }

  @Test
  void halvesOfSmallNumbersAreRoundedUpAndNothingElse() {
    FloatLanes lanes = new FloatLanes();
    int steps = 1 << 16;
    float[] values = new float[4 * steps];
    float[] rounded = new float[values.length];
    for (int start : new int[] {0, 1, 126, 251}) {
      for (int i = 0; i < values.length; i++) {
        values[i] = start + (float) i / steps;
        rounded[i] = start + (i + steps / 2) / steps;
      }
      lanes.roundHalfUp(values, values.length);
      assertThat(values).isEqualTo(rounded);
    }
  }
}
