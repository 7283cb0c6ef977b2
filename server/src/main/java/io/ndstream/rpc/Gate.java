package io.ndstream.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.function.BooleanSupplier;

/** Parks a stream's own thread until its client can take more, or has gone. */
final class Gate {
  private static final long LONGEST_POLL_MILLIS = 8;

  private final ServerCallStreamObserver<?> call;

  Gate(ServerCallStreamObserver<?> call) {
    this.call = call;
    call.setOnReadyHandler(this::wake);
  }

  synchronized void wake() {
    notifyAll();
  }

  /**
   * True once the client can take more; false if it has gone.
   *
   * @param keepsUp what has to hold beside; nobody announces it, so it is asked again and again,
   *     ever more slowly
   */
  synchronized boolean open(BooleanSupplier keepsUp) throws InterruptedException {
    long poll = 1;
    while (!call.isCancelled()) {
      if (!call.isReady()) {
        wait();
      } else if (keepsUp.getAsBoolean()) {
        return true;
      } else {
        wait(poll);
        poll = Math.min(2 * poll, LONGEST_POLL_MILLIS);
      }
    }
    return false;
  }
}
