package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.pixels.DType;
import org.junit.jupiter.api.Test;

class QuantizerTest {
  private static Quantizer covering(Double min, Double max, double least, double most) {
    return Quantizer.covering(DType.INT16, min, max, least, most, false);
  }

  @Test
  void withoutNumbersOneBoundIsNoRange() {
    Quantizer unit = new Quantizer(DType.INT16, 0, 1, false);
    assertThat(covering(null, null, Double.NaN, Double.NaN)).isEqualTo(unit);
    assertThat(covering(5.0, null, Double.NaN, Double.NaN)).isEqualTo(unit);
    assertThat(covering(null, 9.25, Double.NaN, Double.NaN)).isEqualTo(unit);
    assertThat(covering(5.0, 9.25, Double.NaN, Double.NaN))
        .isEqualTo(new Quantizer(DType.INT16, 5, 9.25, false));
  }

  @Test
  void aRangeThatEndsJustUnderZeroEndsAtZeroWithoutASign() {
    assertThat(covering(null, null, -0.9, -0.1))
        .isEqualTo(new Quantizer(DType.INT16, -1, 0, false));
  }
}
