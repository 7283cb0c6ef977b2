package io.ndstream.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.ndstream.batch.StageMeters;
import io.ndstream.pixels.StageTimes;
import io.ndstream.sample.LoadedSample;
import io.ndstream.v1.LoadSampleRequest;
import io.ndstream.v1.LoadSamplesRequest;
import io.ndstream.v1.LoadSamplesResponse;
import io.ndstream.wire.Outgoing;
import io.ndstream.wire.Samples;
import java.util.ArrayDeque;

/**
 * A call of LoadSamples: a few requests under way at once, answers in the order of the requests.
 * The next request is taken only when an answer has been sent, so what one client can have the
 * server hold is bounded, however slowly it reads.
 */
final class SamplePipeline implements StreamObserver<LoadSamplesRequest> {
  private final ServerCallStreamObserver<Outgoing> call;
  private final long largestMessage;
  private final StageMeters meters;
  private final Start start;
  // @GuardedBy("this"): first asked, first answered
  private final ArrayDeque<Entry> underWay = new ArrayDeque<>();
  private boolean halfClosed;
  private boolean ended;

  /** Sets a sample on its way. */
  interface Start {
    void load(LoadSampleRequest request, SampleTask.Outcome outcome);
  }

  /**
   * @param limit requests under way at once
   */
  SamplePipeline(
      ServerCallStreamObserver<Outgoing> call,
      int limit,
      long largestMessage,
      StageMeters meters,
      Start start) {
    this.call = call;
    this.largestMessage = largestMessage;
    this.meters = meters;
    this.start = start;
    call.disableAutoRequest();
    call.setOnReadyHandler(this::send);
    call.setOnCancelHandler(this::cancel);
    call.request(limit);
  }

  @Override
  public void onNext(LoadSamplesRequest request) {
    Entry entry = new Entry(request.getRequestId());
    synchronized (this) {
      underWay.addLast(entry);
    }
    start.load(request.getLoad(), entry);
  }

  @Override
  public void onError(Throwable gone) {
    cancel();
  }

  @Override
  public void onCompleted() {
    synchronized (this) {
      halfClosed = true;
    }
    send();
  }

  private synchronized void cancel() {
    ended = true;
    underWay.forEach(Entry::close);
    underWay.clear();
  }

  /** Sends what is ready and next in order, as long as the client takes it. */
  private synchronized void send() {
    while (!ended && !underWay.isEmpty() && underWay.peekFirst().answer != null && call.isReady()) {
      try (Outgoing answer = underWay.removeFirst().answer) {
        call.onNext(answer);
      }
      call.request(1);
    }
    if (!ended && halfClosed && underWay.isEmpty()) {
      ended = true;
      call.onCompleted();
    }
  }

  /** One request; becomes its answer. */
  private final class Entry implements SampleTask.Outcome, AutoCloseable {
    private final long requestId;
    // @GuardedBy("SamplePipeline.this")
    private Outgoing answer;

    Entry(long requestId) {
      this.requestId = requestId;
    }

    @Override
    public void loaded(LoadedSample sample, StageTimes times) {
      meters.sampleLoaded(times);
      try {
        Outgoing message =
            new Outgoing.Composer()
                .fields(LoadSamplesResponse.newBuilder().setRequestId(requestId).build())
                .message(LoadSamplesResponse.SAMPLE_FIELD_NUMBER, Samples.compose(sample))
                .build(sample.slot());
        answer(SampleRpc.refuseLarger(message, largestMessage));
      } catch (RuntimeException | Error e) {
        sample.slot().close();
        failed(e);
      }
    }

    @Override
    public void failed(Throwable why) {
      answer(
          Outgoing.of(
              LoadSamplesResponse.newBuilder()
                  .setRequestId(requestId)
                  .setError(Statuses.sampleError(why))
                  .build()));
    }

    private void answer(Outgoing ready) {
      synchronized (SamplePipeline.this) {
        if (ended) {
          ready.close();
          return;
        }
        answer = ready;
      }
      send();
    }

    @Override
    public void close() {
      if (answer != null) {
        answer.close();
      }
    }
  }
}
