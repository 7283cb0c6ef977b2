package io.ndstream.pixels;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.ArrayDeque;

/**
 * Makes slots, and keeps a few arrays for the next batch of the same size: a fresh array of
 * megabytes costs the garbage collector a humongous object and the processor its zeroing. Kept
 * arrays count as free memory of the budget, so at most {@code keepBytes} are kept.
 */
public final class SlotPool implements BufferSource {
  private final ByteBudget budget;
  private final long keepBytes;
  // @GuardedBy("kept"): most recently used first
  private final ArrayDeque<byte[]> kept = new ArrayDeque<>();
  private long keptBytes;

  public SlotPool(ByteBudget budget) {
    this.budget = budget;
    this.keepBytes = budget.limit() / 4;
  }

  public ByteBudget budget() {
    return budget;
  }

  /** A slot under a grant taken before; the slot owns the grant from here. */
  public HeapSlot claim(long bytes, Grant grant) {
    if (bytes > Integer.MAX_VALUE - 16) {
      grant.close();
      throw LoaderException.of(
          Reason.OVER_BUDGET, "needed_bytes", bytes, "array_limit_bytes", Integer.MAX_VALUE - 16);
    }
    int length = (int) bytes;
    byte[] array = takeKept(length);
    return new HeapSlot(array == null ? new byte[length] : array, length, this, grant);
  }

  @Override
  public HeapSlot tryClaim(long bytes) {
    Grant grant = budget.tryAcquire(Math.max(1, bytes));
    return grant == null ? null : claim(bytes, grant);
  }

  /** A slot once the budget has room. */
  public HeapSlot claim(long bytes) throws InterruptedException {
    return claim(bytes, budget.acquire(bytes));
  }

  private byte[] takeKept(int length) {
    synchronized (kept) {
      for (var it = kept.iterator(); it.hasNext(); ) {
        byte[] array = it.next();
        if (array.length == length) {
          it.remove();
          keptBytes -= length;
          return array;
        }
      }
    }
    return null;
  }

  void takeBack(byte[] array) {
    if (array.length > keepBytes) {
      return;
    }
    synchronized (kept) {
      kept.addFirst(array);
      keptBytes += array.length;
      while (keptBytes > keepBytes) {
        keptBytes -= kept.removeLast().length;
      }
    }
  }
}
