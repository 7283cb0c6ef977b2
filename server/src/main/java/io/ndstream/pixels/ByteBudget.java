package io.ndstream.pixels;

import static io.ndstream.error.Checks.require;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.function.BooleanSupplier;

/**
 * Counts bytes against a limit. Nothing here allocates: a holder takes a {@link Grant} before it
 * allocates and closes it after the memory is let go.
 */
public final class ByteBudget {
  private final long limit;
  // @GuardedBy("this")
  private long used;
  private int waiting;

  /**
   * @param limit bytes, 1 or more
   */
  public ByteBudget(long limit) {
    require(limit > 0, Reason.BAD_ARGUMENT, "memory-budget", limit, "> 0");
    this.limit = limit;
  }

  public long limit() {
    return limit;
  }

  public synchronized long used() {
    return used;
  }

  /**
   * Takes {@code bytes}, waiting until others have given back enough.
   *
   * @param wanted asked again after every {@link #wake}; when it turns false, null is returned
   * @throws LoaderException OVER_BUDGET if it can never fit
   */
  public synchronized Grant acquire(long bytes, BooleanSupplier wanted)
      throws InterruptedException {
    refuseIfNever(bytes);
    waiting++;
    try {
      while (used + bytes > limit) {
        if (!wanted.getAsBoolean()) {
          return null;
        }
        wait();
      }
    } finally {
      waiting--;
    }
    used += bytes;
    return new Taken(bytes);
  }

  /** {@link #acquire(long, BooleanSupplier)} for callers that never give up. */
  public Grant acquire(long bytes) throws InterruptedException {
    return acquire(bytes, () -> true);
  }

  /** Has all who wait ask again whether they are still wanted. */
  public synchronized void wake() {
    notifyAll();
  }

  /** Takes {@code bytes} if they are free and nobody waits for them; else returns null. */
  public synchronized Grant tryAcquire(long bytes) {
    if (waiting > 0 || used + bytes > limit) {
      return null;
    }
    used += bytes;
    return new Taken(bytes);
  }

  /**
   * Takes {@code bytes} now or not at all.
   *
   * @throws LoaderException OVER_BUDGET if it can never fit, BUSY if others hold too much of it now
   */
  public synchronized Grant acquireNow(long bytes) {
    refuseIfNever(bytes);
    Grant grant = tryAcquire(bytes);
    if (grant == null) {
      throw LoaderException.of(
          Reason.BUSY, "needed_bytes", bytes, "used_bytes", used, "budget_bytes", limit);
    }
    return grant;
  }

  private void refuseIfNever(long bytes) {
    if (bytes > limit) {
      throw LoaderException.of(
          Reason.OVER_BUDGET,
          "needed_bytes",
          bytes,
          "budget_bytes",
          limit,
          "remedy",
          "--memory-budget");
    }
  }

  private synchronized void release(long bytes) {
    used -= bytes;
    notifyAll();
  }

  private final class Taken implements Grant {
    private final long bytes;
    private boolean open = true;

    private Taken(long bytes) {
      this.bytes = bytes;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public void close() {
      synchronized (ByteBudget.this) {
        if (!open) {
          return;
        }
        open = false;
        release(bytes);
      }
    }
  }
}
