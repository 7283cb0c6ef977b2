package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LargestFloatTest {

  @Property(tries = 200)
  void isHardlyMoreThanTheLargestAndNeverLess(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 15_000) int length,
      @ForAll @IntRange(min = -126, max = 120) int exponent) {
    Random random = new Random(seed);
    float[] values = new float[LargestFloat.length(length)];
    int from = random.nextInt(length);
    int to = from + 1 + random.nextInt(length - from);
    float largest = 0;
    for (int i = from; i < to; i++) {
      int below = random.nextInt(3) == 0 ? random.nextInt(149) : 0;
      values[i] = Math.scalb(2 * random.nextFloat() - 1, exponent - below);
      largest = Math.max(largest, Math.abs(values[i]));
    }
    assertThat(of(values, from, to)).as("seed %d", seed).isBetween(largest, largest * 1.00001f);
  }

  @Property(tries = 100)
  void tellsWhatIsNotFinite(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 15_000) int length) {
    Random random = new Random(seed);
    float[] values = new float[LargestFloat.length(length)];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    values[random.nextInt(length)] = Float.MAX_VALUE;
    assertThat(of(values, 0, length)).as("seed %d", seed).isEqualTo(Float.MAX_VALUE);
    values[random.nextInt(length)] = Float.NEGATIVE_INFINITY;
    assertThat(of(values, 0, length)).as("seed %d", seed).isEqualTo(Float.POSITIVE_INFINITY);
    values[random.nextInt(length)] = Float.NaN;
    assertThat(of(values, 0, length)).as("seed %d", seed).isNaN();
  }

  @Test
  void nothingButZerosIsZero() {
    assertThat(of(new float[LargestFloat.length(1)], 0, 1)).isZero();
  }

  /** What was folded before does not count. */
  private static float of(float[] values, int from, int to) {
    float[] folded = new float[values.length];
    Arrays.fill(folded, Float.NaN);
    return new LargestFloat(folded).of(values, from, to);
  }
}
