package io.ndstream.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ResumePointTest {

  @Property(tries = 200)
  void tokensAreShortAndComeBack(
      @ForAll @LongRange(min = 0, max = 1_000_000_000_000L) long epoch,
      @ForAll @LongRange(min = 0, max = 1_000_000_000_000L) long batch,
      @ForAll @IntRange(min = 0, max = 4095) int shard) {
    ResumePoint point = new ResumePoint("0123456789abcdef", epoch, batch, new Shard(shard, 4096));
    assertThat(point.token()).hasSizeLessThan(100).isPrintable();
    assertThat(ResumePoint.parse(point.token())).isEqualTo(point);
  }

  @Test
  void aChangedCharacterIsNoticed() {
    String token = new ResumePoint("0123456789abcdef", 3, 17, Shard.WHOLE).token();
    for (int i = 0; i < token.length(); i++) {
      String damaged =
          token.substring(0, i) + (token.charAt(i) == '1' ? '2' : '1') + token.substring(i + 1);
      assertThatThrownBy(() -> ResumePoint.parse(damaged))
          .isInstanceOfSatisfying(
              LoaderException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.BAD_RESUME_TOKEN));
    }
  }
}
