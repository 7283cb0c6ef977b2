package io.ndstream.pixels;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds of slots wherever they come from. */
public abstract class BufferSourceContract {
  protected static final long BUDGET = 1 << 20;
  protected final ByteBudget budget = new ByteBudget(BUDGET);

  protected abstract BufferSource source() throws Exception;

  /** The bytes as the receiver of a message finds them. */
  protected abstract byte[] received(Elements elements) throws Exception;

  @Test
  void whatIsWrittenIntoPartsIsWhatAReceiverFinds() throws Exception {
    BufferSource source = source();
    for (int length : new int[] {1, 100, 4092, 4093, 4096, 300_000}) {
      byte[] expected = new byte[length];
      new Random(length).nextBytes(expected);
      try (Slot slot = source.tryClaim(length)) {
        int middle = length / 2;
        slot.part(middle, length - middle).put(expected, middle, length - middle);
        slot.part(0, middle).put(expected, 0, middle);

        assertThat(slot.length()).isEqualTo(length);
        assertThat(received(slot.elements(0, length))).isEqualTo(expected);
        slot.share();
      }
    }
  }

  @Test
  void partsAreLittleEndianAndReachNoFurther() throws Exception {
    try (Slot slot = source().tryClaim(16)) {
      ByteBuffer part = slot.part(4, 8);
      assertThat(part.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      assertThat(part.remaining()).isEqualTo(8);
      assertThat(part.capacity()).isEqualTo(8);
      part.putInt(0x01020304);
      assertThat(received(slot.elements(4, 4))).containsExactly(4, 3, 2, 1);
    }
  }

  @Test
  void slotsThatAreOpenTogetherShareNothing() throws Exception {
    BufferSource source = source();
    try (Slot one = source.tryClaim(1000);
        Slot other = source.tryClaim(1000)) {
      one.part(0, 1000).put(new byte[1000]);
      byte[] ones = new byte[1000];
      Arrays.fill(ones, (byte) 1);
      other.part(0, 1000).put(ones);
      assertThat(received(one.elements(0, 1000))).containsOnly(0);
      assertThat(received(other.elements(0, 1000))).containsOnly(1);
    }
  }

  @Test
  void withoutRoomThereIsNoSlotAndAClosedOneMakesRoom() throws Exception {
    BufferSource source = source();
    int most = (int) (BUDGET * 3 / 4);
    Slot large = source.tryClaim(most);
    assertThat(source.tryClaim(most)).isNull();
    assertThat(budget.used()).isBetween((long) most, BUDGET);
    large.close();
    large.close();
    try (Slot again = source.tryClaim(most)) {
      assertThat(again).isNotNull();
      assertThat(source.tryClaim(most)).as("closing twice is closing once").isNull();
    }
  }
}
