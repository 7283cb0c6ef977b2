package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PatchStripsTest {

  @Property(tries = 150)
  void everyStripIsValueTimesWeightAtItsPlace(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int bands,
      @ForAll boolean channelsFirst,
      @ForAll boolean edges) {
    Random random = new Random(seed);
    int height = 1 + random.nextInt(30);
    int width = 1 + random.nextInt(30);
    float[] values = values(random, height * width * bands, random.nextInt(3) * 20);
    Patch patch = patch(height, width, bands, channelsFirst, values);
    PatchWeights weighting =
        edges
            ? new PatchWeights(null, 0, EdgeWeights.of(height, width, 1 + random.nextInt(bands)))
            : PatchWeights.UNIT;
    Window source = within(random, width, height);
    Window part = source.translate(random.nextInt(5) - source.x(), random.nextInt(5) - source.y());
    int tileWidth = part.right() + random.nextInt(3);
    boolean interleaved = random.nextBoolean();
    int depth = interleaved ? bands : 1;
    Tile.Part added = new Tile.Part(patch, weighting, part, source, 1);
    FloatArrays arrays = new FloatArrays();
    Arrays.fill(arrays.take(9), Float.NaN); // left by somebody else
    arrays.reuse();
    PatchStrips strips = new PatchStrips(added, NanPolicy.OMIT, tileWidth, interleaved, arrays);
    int y = 0;
    for (int strip = part.y() / Cells.ROWS; strips.read(strip); strip++) {
      Cells cells = strips.pixels();
      assertThat(strips.values()).isEqualTo(cells.deep(depth));
      int rows = cells.count() * cells.runs() / source.width();
      for (int end = y + rows; y < end; y++) {
        int inStrip = part.y() + y - cells.strip() * Cells.ROWS;
        for (int x = 0; x < source.width(); x++) {
          int place = inStrip * tileWidth + part.x() + x;
          float[] pixel = new float[bands];
          boolean omitted = false;
          for (int b = 0; b < bands; b++) {
            pixel[b] = values[at(patch, source.y() + y, source.x() + x, b)];
            omitted |= Float.isNaN(pixel[b]);
          }
          double weight =
              omitted ? 0 : edges ? weight(height, width, source.y() + y, source.x() + x) : 1;
          assertThat(strips.isUnweighted() ? 1 : strips.weights()[place])
              .as("seed %d", seed)
              .isEqualTo((float) weight);
          for (int b = 0; b < bands; b++) {
            int array = b / depth;
            int value = place * depth + b % depth;
            double term = strips.terms(array)[value];
            assertThat(term).as("seed %d", seed).isEqualTo(omitted ? 0 : pixel[b] * weight);
            assertThat(strips.floats(array)[value]).isEqualTo(omitted ? 0 : pixel[b]);
            assertThat(strips.isUnweighted() ? 1 : strips.valueWeights()[value])
                .isEqualTo((float) weight);
            assertThat(Math.abs(term)).as("seed %d", seed).isLessThanOrEqualTo(strips.largest());
          }
        }
      }
    }
    assertThat(y).isEqualTo(source.height());
  }

  @Property(tries = 100)
  void edgeWeightsAreFloatsThatDoNotDependOnThePartAskedFor(
      @ForAll @IntRange(min = 1, max = 300) int height,
      @ForAll @IntRange(min = 1, max = 300) int width,
      @ForAll long seed) {
    EdgeWeights mask = EdgeWeights.of(height, width, 1);
    Random random = new Random(seed);
    int y = random.nextInt(height);
    float[] whole = new float[width];
    mask.row(y, 0, width, whole, 0);
    Window some = within(random, width, height);
    float[] part = new float[some.width() + 3];
    mask.row(y, some.x(), some.width(), part, 3);
    for (int x = 0; x < some.width(); x++) {
      assertThat(part[3 + x]).isEqualTo(whole[some.x() + x]).isBetween(0.001f, 1f);
    }
  }

  @Test
  void masksTooLargeToKeepHaveTheSameWeights() {
    int side = 600;
    int depth = 9;
    EdgeWeights kept = EdgeWeights.of(side, side, 1);
    EdgeWeights made = EdgeWeights.of(side, side, depth);
    float[] wanted = new float[side];
    float[] found = new float[side];
    float[] spread = new float[side * depth];
    for (int y = 0; y < side; y += 37) {
      kept.row(y, 0, side, wanted, 0);
      made.row(y, 0, side, found, 0);
      made.spread(y, 0, side, spread, 0);
      assertThat(found).isEqualTo(wanted);
      for (int i = 0; i < spread.length; i++) {
        assertThat(spread[i]).isEqualTo(wanted[i / depth]);
      }
    }
  }

  private static double weight(int height, int width, int y, int x) {
    float[] weight = new float[1];
    EdgeWeights.of(height, width, 1).row(y, x, 1, weight, 0);
    return weight[0];
  }

  /**
   * @param special in a thousand: how many are NaN or infinite, half of each
   */
  private static float[] values(Random random, int count, int special) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      boolean usual = random.nextInt(1000) >= special;
      values[i] =
          usual
              ? (float) random.nextGaussian() * 100
              : random.nextBoolean() ? Float.NaN : Float.NEGATIVE_INFINITY;
    }
    return values;
  }

  private static Patch patch(
      int height, int width, int bands, boolean channelsFirst, float[] values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new Patch(height, width, bands, channelsFirst, DType.FLOAT32, data);
  }

  private static int at(Patch patch, int y, int x, int band) {
    int pixel = y * patch.width() + x;
    return patch.channelsFirst()
        ? band * patch.height() * patch.width() + pixel
        : pixel * patch.bands() + band;
  }

  private static Window within(Random random, int width, int height) {
    int x = random.nextInt(width);
    int y = random.nextInt(height);
    return new Window(x, y, 1 + random.nextInt(width - x), 1 + random.nextInt(height - y));
  }
}
