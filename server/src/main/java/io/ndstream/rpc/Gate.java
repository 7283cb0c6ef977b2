package io.ndstream.rpc;

import io.grpc.stub.ServerCallStreamObserver;

/** Parks a stream's own thread until its client can take more, or has gone. */
final class Gate {
  private final ServerCallStreamObserver<?> call;

  Gate(ServerCallStreamObserver<?> call) {
    this.call = call;
    call.setOnReadyHandler(this::wake);
  }

  synchronized void wake() {
    notifyAll();
  }

  /** True once the client can take more; false if it has gone. */
  synchronized boolean open() throws InterruptedException {
    while (!call.isReady() && !call.isCancelled()) {
      wait();
    }
    return !call.isCancelled();
  }
}
