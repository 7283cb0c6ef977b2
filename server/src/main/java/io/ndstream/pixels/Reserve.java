package io.ndstream.pixels;

/**
 * Room that one stream keeps for its whole life, lent to one slot at a time. With it a stream
 * always gets on, however much of the budget the look-ahead of streams with slow clients holds.
 */
public final class Reserve implements AutoCloseable {
  private final Grant whole;
  // @GuardedBy("this")
  private boolean lent;
  private boolean closed;

  public Reserve(Grant whole) {
    this.whole = whole;
  }

  public long bytes() {
    return whole.bytes();
  }

  /** The room, or null while a slot has it. */
  public synchronized Grant tryLend() {
    if (lent || closed) {
      return null;
    }
    lent = true;
    return new Loan();
  }

  /** Gives the room back, at once or when the slot that has it closes. */
  @Override
  public synchronized void close() {
    closed = true;
    if (!lent) {
      whole.close();
    }
  }

  private synchronized void back() {
    lent = false;
    if (closed) {
      whole.close();
    }
  }

  private final class Loan implements Grant {
    private boolean open = true;

    @Override
    public long bytes() {
      return whole.bytes();
    }

    @Override
    public void close() {
      synchronized (Reserve.this) {
        if (open) {
          open = false;
          back();
        }
      }
    }
  }
}
