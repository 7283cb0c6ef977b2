package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/** Assertions about what other threads bring about: soon, or late on a machine that is busy. */
final class Eventually {
  private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long PAUSE_MILLIS = 10;

  private Eventually() {}

  /** What may come true. */
  interface Condition {
    boolean holds() throws Exception;
  }

  static void assertHolds(String description, Condition condition) throws Exception {
    long end = System.nanoTime() + LONGEST_NANOS;
    while (!condition.holds()) {
      assertThat(System.nanoTime() - end).as(description).isNegative();
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
