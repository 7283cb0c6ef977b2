package io.ndstream.client;

import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Waits for a server that is away for a while, because it is started anew or has no room just now.
 * Only for calls that may be made twice: the answer to the first may have been lost.
 */
record Patience(ManagedChannel channel, Duration time) {
  private static final long PAUSE_MILLIS = 100;

  /**
   * @throws NdstreamException SERVER_UNREACHABLE if the server is not back in time; what else the
   *     call throws, at once
   */
  <T> T call(Supplier<T> call) {
    long end = System.nanoTime() + time.toNanos();
    while (true) {
      try {
        return call.get();
      } catch (NdstreamException e) {
        pause(e, end);
      }
      // Or the channel would try less and less often, at last every two minutes.
      channel.resetConnectBackoff();
    }
  }

  private void pause(NdstreamException failure, long end) {
    // CANCELLED: a server that is stopped cuts off the calls that take too long.
    boolean away = failure.code() == Code.UNAVAILABLE || failure.code() == Code.CANCELLED;
    if (!away && !failure.reason().equals("BUSY")) {
      throw failure;
    }
    if (System.nanoTime() - end >= 0) {
      throw away ? unreachable(failure) : failure;
    }
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }

  private NdstreamException unreachable(NdstreamException failure) {
    return NdstreamException.local(
        Code.UNAVAILABLE,
        "SERVER_UNREACHABLE",
        "the server did not come back within " + time.toSeconds() + " s; " + failure.getMessage());
  }
}
