package io.ndstream.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlotPoolTest extends BufferSourceContract {

  @Override
  protected BufferSource source() {
    return new SlotPool(budget);
  }

  @Override
  protected byte[] received(Elements elements) {
    Elements.OnHeap own = (Elements.OnHeap) elements;
    return Arrays.copyOfRange(own.array(), own.offset(), own.offset() + own.length());
  }

  @Test
  void whatIsClaimedIsCountedUntilItIsClosedOnce() throws InterruptedException {
    ByteBudget budget = new ByteBudget(100);
    SlotPool pool = new SlotPool(budget);
    Slot slot = pool.claim(60);
    assertThat(budget.used()).isEqualTo(60);
    slot.close();
    slot.close();
    assertThat(budget.used()).isZero();
  }

  @Test
  void aClosedArrayIsUsedAgainByOneClaimOnly() throws InterruptedException {
    SlotPool pool = new SlotPool(new ByteBudget(1000));
    HeapSlot first = pool.claim(200);
    byte[] array = first.array();
    first.close();
    first.close();
    try (HeapSlot second = pool.claim(200);
        HeapSlot third = pool.claim(200)) {
      assertThat(second.array()).isSameAs(array);
      assertThat(third.array()).isNotSameAs(array);
    }
  }

  @Test
  void aClaimWaitsForRoom() throws InterruptedException {
    ByteBudget budget = new ByteBudget(100);
    SlotPool pool = new SlotPool(budget);
    HeapSlot first = pool.claim(80);
    CountDownLatch claimed = new CountDownLatch(1);
    Thread other =
        new Thread(
            () -> {
              try (Slot slot = pool.claim(50)) {
                assertThat(slot.length()).isEqualTo(50);
                claimed.countDown();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    other.start();
    assertThat(claimed.await(50, TimeUnit.MILLISECONDS)).isFalse();
    first.close();
    assertThat(claimed.await(60, TimeUnit.SECONDS)).isTrue();
    other.join();
    assertThat(budget.used()).isZero();
  }

  @Test
  void whatCanNeverFitIsRefusedWithTheNumbers() {
    ByteBudget budget = new ByteBudget(100);
    assertThatThrownBy(() -> budget.acquire(101))
        .isInstanceOfSatisfying(
            LoaderException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.OVER_BUDGET);
              assertThat(e.facts())
                  .containsEntry("needed_bytes", "101")
                  .containsEntry("budget_bytes", "100");
            });
  }
}
