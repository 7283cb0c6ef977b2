package io.ndstream.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.ndstream.batch.BatchSource;
import io.ndstream.error.Checks;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.BufferSource;
import io.ndstream.plan.ResumePoint;
import io.ndstream.plan.Shard;
import io.ndstream.shm.StreamSegments;
import io.ndstream.v1.StreamBatchesRequest;
import io.ndstream.v1.StreamHeader;
import io.ndstream.wire.Outgoing;

/**
 * One call of StreamBatches, from the request to the status. All but {@link #cancel} and {@link
 * #drain} runs on the stream's own thread.
 */
final class StreamCall {
  private final StreamParts parts;
  private final PlanStore plans;
  private final StreamBatchesRequest request;
  private final ServerCallStreamObserver<Outgoing> call;
  private final Gate gate;
  // @GuardedBy("this"): null until the plan is made
  private Pump pump;
  private boolean cancelled;
  private boolean draining;

  /**
   * Sets the handlers of the call, which gRPC allows only before the method returns that it called.
   */
  StreamCall(
      StreamParts parts,
      PlanStore plans,
      StreamBatchesRequest request,
      ServerCallStreamObserver<Outgoing> call) {
    this.parts = parts;
    this.plans = plans;
    this.request = request;
    this.call = call;
    this.gate = new Gate(call);
    call.setOnCancelHandler(this::cancel);
  }

  /** From any thread: the client has gone. */
  private void cancel() {
    synchronized (this) {
      cancelled = true;
      if (pump != null) {
        pump.cancel();
      }
    }
    gate.wake();
  }

  /** From any thread: end after the batch under way, so that the client can go on elsewhere. */
  synchronized void drain() {
    draining = true;
    if (pump != null) {
      pump.drain();
    }
  }

  private synchronized void started(Pump made) {
    pump = made;
    if (cancelled) {
      pump.cancel();
    }
    if (draining) {
      pump.drain();
    }
  }

  /**
   * @param number of the stream, for its metrics
   */
  void run(long number) {
    try {
      stream(number);
      if (!call.isCancelled()) {
        call.onCompleted();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      if (!call.isCancelled()) {
        call.onError(Statuses.of(e));
      }
    }
  }

  private void stream(long number) throws InterruptedException {
    try (PlanStore.Leased plan = plan()) {
      ResumePoint from = start(plan.plan().name());
      long batches = plan.plan().order(from.epoch()).batches(from.shard());
      if (from.batch() > batches) {
        throw LoaderException.of(
            Reason.OUT_OF_RANGE, "start_batch", from.batch(), "batches", batches);
      }
      long end = request.getMaxBatches() > 0 ? from.batch() + request.getMaxBatches() : batches;
      StreamHeader.Builder header =
          StreamHeader.newBuilder()
              .setPlan(plan.message())
              .setEpoch(from.epoch())
              .setBatches(batches)
              .setStartBatch(from.batch());
      try (StreamSegments segments = segments();
          BatchSource source =
              parts.source(plan, segments == null ? BufferSource.NONE : segments, from, end);
          StreamWaits waits = new StreamWaits(parts.registry(), number)) {
        if (segments != null) {
          header.setSegmentDirectory(parts.segments().path().toString());
        }
        Pump made =
            new Pump(
                call,
                gate,
                segments == null ? () -> true : segments::clientKeepsUp,
                source,
                parts.meters(),
                waits,
                largestMessage());
        started(made);
        made.run(header.build());
      }
    }
  }

  /** Null if all batches are to travel in messages. */
  private StreamSegments segments() {
    boolean shared =
        request.getSharedMemory() && parts.segments() != null && Origin.isThisMachine();
    return shared
        ? new StreamSegments(
            parts.segments(),
            parts.slots().budget(),
            parts.options().lookAheadBytes(),
            () -> !call.isCancelled())
        : null;
  }

  private long largestMessage() {
    return request.getMaxMessageBytes() > 0
        ? Math.min(request.getMaxMessageBytes(), parts.largestMessage())
        : parts.largestMessage();
  }

  private PlanStore.Leased plan() {
    return plans.named(
        request.hasPlan() ? request.getPlan() : null, request.hasSpec() ? request.getSpec() : null);
  }

  private ResumePoint start(String plan) {
    if (request.getResumeToken().isEmpty()) {
      Checks.require(
          request.getStartBatch() >= 0,
          Reason.BAD_ARGUMENT,
          "start_batch",
          request.getStartBatch(),
          ">= 0");
      Shard shard = shard(request.getShard(), request.getShards());
      return new ResumePoint(plan, request.getEpoch(), request.getStartBatch(), shard);
    }
    ResumePoint point = ResumePoint.parse(request.getResumeToken());
    if (!point.plan().equals(plan)) {
      throw LoaderException.of(Reason.DATASET_CHANGED, "token_plan", point.plan(), "plan", plan);
    }
    return point;
  }

  /** The whole epoch if a request says nothing of shards. */
  static Shard shard(int index, int count) {
    return count == 0 && index == 0 ? Shard.WHOLE : new Shard(index, count);
  }
}
