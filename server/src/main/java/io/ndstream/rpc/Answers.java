package io.ndstream.rpc;

import io.grpc.stub.StreamObserver;

/** Ends unary calls: with the answer, or with the failure as a status. */
final class Answers {
  private Answers() {}

  /** Work that gives an answer or throws. */
  interface Work<T> {
    T run() throws InterruptedException;
  }

  static <T> void give(StreamObserver<T> to, Work<T> work) {
    T answer;
    try {
      answer = work.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      to.onError(io.grpc.Status.CANCELLED.asRuntimeException());
      return;
    } catch (RuntimeException e) {
      to.onError(Statuses.of(e));
      return;
    }
    to.onNext(answer);
    to.onCompleted();
  }
}
