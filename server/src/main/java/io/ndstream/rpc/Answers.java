package io.ndstream.rpc;

import io.grpc.stub.StreamObserver;
import io.ndstream.wire.Outgoing;

/** Ends unary calls: with the answer, or with the failure as a status. */
final class Answers {
  private Answers() {}

  /** Work that gives an answer or throws. */
  interface Work<T> {
    T run() throws InterruptedException;
  }

  /**
   * As {@link #give}, for answers that own memory: it is given back whether the client was still
   * there or not.
   */
  static void send(StreamObserver<Outgoing> to, Work<Outgoing> work) {
    Outgoing[] answer = new Outgoing[1];
    try {
      give(to, () -> answer[0] = work.run());
    } finally {
      if (answer[0] != null) {
        answer[0].close();
      }
    }
  }

  static <T> void give(StreamObserver<T> to, Work<T> work) {
    T answer;
    try {
      answer = work.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      to.onError(io.grpc.Status.CANCELLED.asRuntimeException());
      return;
    } catch (RuntimeException | Error e) {
      to.onError(Statuses.of(e));
      return;
    }
    to.onNext(answer);
    to.onCompleted();
  }
}
