package io.ndstream.client;

import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Waits for a server that is away for a while, because it is started anew or has no room just now.
 * Only for calls that may be made twice: the answer to the first may have been lost.
 */
record Patience(ManagedChannel channel, Duration time) {
  private static final long PAUSE_NANOS = 100_000_000;

  /**
   * The last call begins when the time, which counts from the first failure, is over: a server that
   * is back before is always found.
   *
   * @throws NdstreamException SERVER_UNREACHABLE if the server is not back in time; what else the
   *     call throws, at once
   */
  <T> T call(Supplier<T> call) {
    try {
      return call.get();
    } catch (NdstreamException e) {
      return callAgain(call, e, System.nanoTime() + time.toNanos());
    }
  }

  private <T> T callAgain(Supplier<T> call, NdstreamException first, long end) {
    NdstreamException failure = first;
    while (true) {
      boolean last = pause(failure, end);
      try {
        return call.get();
      } catch (NdstreamException e) {
        if (last) {
          throw isAway(e) ? unreachable(e) : e;
        }
        failure = e;
      }
    }
  }

  /** Returns whether the time is over. */
  private boolean pause(NdstreamException failure, long end) {
    if (!isAway(failure) && !failure.reason().equals("BUSY")) {
      throw failure;
    }
    long left = end - System.nanoTime();
    try {
      TimeUnit.NANOSECONDS.sleep(Math.min(left, PAUSE_NANOS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
    boolean over = left <= PAUSE_NANOS;
    if (isAway(failure)) {
      connect(over);
    }
    return over;
  }

  /** CANCELLED: a server that is stopped cuts off the calls that take too long. */
  private static boolean isAway(NdstreamException failure) {
    return failure.code() == Code.UNAVAILABLE || failure.code() == Code.CANCELLED;
  }

  /**
   * The channel by itself would try less and less often, at last every two minutes. Until it has
   * succeeded, calls fail by its last failure; only those of an idle channel wait for what comes.
   */
  private void connect(boolean awaited) {
    if (awaited) {
      channel.enterIdle();
    } else {
      channel.resetConnectBackoff();
    }
  }

  private NdstreamException unreachable(NdstreamException failure) {
    return NdstreamException.local(
        Code.UNAVAILABLE,
        "SERVER_UNREACHABLE",
        "the server did not come back within " + time.toSeconds() + " s; " + failure.getMessage());
  }
}
