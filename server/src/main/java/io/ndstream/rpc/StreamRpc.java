package io.ndstream.rpc;

import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ndstream.batch.Batch;
import io.ndstream.batch.BatchOptions;
import io.ndstream.batch.BatchSource;
import io.ndstream.batch.StageMeters;
import io.ndstream.batch.WorkerPool;
import io.ndstream.error.Checks;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.BufferSource;
import io.ndstream.pixels.SlotPool;
import io.ndstream.plan.EpochOrder;
import io.ndstream.plan.ResumePoint;
import io.ndstream.plan.Shard;
import io.ndstream.sample.SampleScratch;
import io.ndstream.shm.SegmentDirectory;
import io.ndstream.shm.StreamSegments;
import io.ndstream.v1.GetBatchRequest;
import io.ndstream.v1.GetBatchResponse;
import io.ndstream.v1.StreamBatchesRequest;
import io.ndstream.v1.StreamHeader;
import io.ndstream.v1.StreamServiceGrpc;
import io.ndstream.wire.BatchMessages;
import io.ndstream.wire.Outgoing;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Streams of batches, and single batches by position. */
final class StreamRpc implements BindableService {
  private static final int LARGEST_STREAM_COUNT = 1000;

  private final PlanStore plans;
  private final WorkerPool<SampleScratch> workers;
  private final SlotPool slots;
  private final SegmentDirectory directory;
  private final BatchOptions options;
  private final StageMeters meters;
  private final MeterRegistry registry;
  private final long largestMessage;
  private final Set<Pump> pumps = ConcurrentHashMap.newKeySet();
  private final AtomicLong started = new AtomicLong();
  private volatile boolean draining;

  /**
   * @param directory where segments of shared memory lie, or null if none are offered
   */
  StreamRpc(
      PlanStore plans,
      WorkerPool<SampleScratch> workers,
      SlotPool slots,
      SegmentDirectory directory,
      BatchOptions options,
      MeterRegistry registry,
      StageMeters meters,
      long largestMessage) {
    this.plans = plans;
    this.workers = workers;
    this.slots = slots;
    this.directory = directory;
    this.options = options;
    this.registry = registry;
    this.meters = meters;
    this.largestMessage = largestMessage;
    Gauge.builder("ndstream.streams", pumps::size).description("open streams").register(registry);
  }

  @Override
  public ServerServiceDefinition bindService() {
    MethodDescriptor<StreamBatchesRequest, Outgoing> stream =
        StreamServiceGrpc.getStreamBatchesMethod()
            .toBuilder(StreamServiceGrpc.getStreamBatchesMethod().getRequestMarshaller(), Outgoing.marshaller())
            .build();
    MethodDescriptor<GetBatchRequest, Outgoing> get =
        StreamServiceGrpc.getGetBatchMethod()
            .toBuilder(StreamServiceGrpc.getGetBatchMethod().getRequestMarshaller(), Outgoing.marshaller())
            .build();
    ServiceDescriptor service =
        ServiceDescriptor.newBuilder(StreamServiceGrpc.SERVICE_NAME)
            .setSchemaDescriptor(StreamServiceGrpc.getServiceDescriptor().getSchemaDescriptor())
            .addMethod(stream)
            .addMethod(get)
            .build();
    ServerServiceDefinition methods =
        ServerServiceDefinition.builder(service)
            .addMethod(stream, ServerCalls.asyncServerStreamingCall(this::streamBatches))
            .addMethod(get, ServerCalls.asyncUnaryCall(this::getBatch))
            .build();
    return ServerInterceptors.intercept(methods, new Origin());
  }

  /** Streams that are open. */
  int open() {
    return pumps.size();
  }

  /** Ends every stream after the batch it is at, so that clients can resume elsewhere. */
  void drain() {
    draining = true;
    pumps.forEach(Pump::drain);
  }

  private void streamBatches(StreamBatchesRequest request, StreamObserver<Outgoing> to) {
    ServerCallStreamObserver<Outgoing> call = (ServerCallStreamObserver<Outgoing>) to;
    // The handlers must be there before this method returns; the pump itself comes later, on its own thread.
    PumpHolder holder = new PumpHolder();
    Gate gate = new Gate(call);
    call.setOnCancelHandler(
        () -> {
          holder.cancel();
          gate.wake();
        });
    if (pumps.size() >= LARGEST_STREAM_COUNT) {
      call.onError(
          Statuses.of(LoaderException.of(Reason.BUSY, "streams", pumps.size(), "limit", LARGEST_STREAM_COUNT)));
      return;
    }
    long number = started.incrementAndGet();
    Thread thread =
        new Thread(
            Context.current().wrap(() -> run(request, call, gate, holder, number)), "ndstream-stream-" + number);
    thread.setDaemon(true);
    thread.start();
  }

  private void run(
      StreamBatchesRequest request,
      ServerCallStreamObserver<Outgoing> call,
      Gate gate,
      PumpHolder holder,
      long number) {
    try {
      if (draining) {
        throw LoaderException.of(Reason.DRAINING);
      }
      stream(request, call, gate, holder, number);
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

  private void stream(
      StreamBatchesRequest request,
      ServerCallStreamObserver<Outgoing> call,
      Gate gate,
      PumpHolder holder,
      long number)
      throws InterruptedException {
    try (PlanStore.Leased plan = planOf(request)) {
      ResumePoint from = start(request, plan.plan().name());
      EpochOrder order = plan.plan().order(from.epoch());
      long batches = order.batches(from.shard());
      if (from.batch() > batches) {
        throw LoaderException.of(Reason.OUT_OF_RANGE, "start_batch", from.batch(), "batches", batches);
      }
      long end = request.getMaxBatches() > 0 ? from.batch() + request.getMaxBatches() : batches;
      io.ndstream.v1.Plan message = plan.message();
      try (StreamSegments segments = segments(request, call);
          BatchSource source = source(plan, segments == null ? BufferSource.NONE : segments, from, end);
          StreamWaits waits = new StreamWaits(registry, number)) {
        long largest =
            request.getMaxMessageBytes() > 0
                ? Math.min(request.getMaxMessageBytes(), largestMessage)
                : largestMessage;
        Pump pump = new Pump(call, gate, segments == null ? () -> true : segments::clientKeepsUp, source, meters, waits, largest);
        holder.set(pump);
        pumps.add(pump);
        try {
          if (draining) {
            pump.drain();
          }
          pump.run(
              StreamHeader.newBuilder()
                  .setPlan(message)
                  .setEpoch(from.epoch())
                  .setBatches(batches)
                  .setStartBatch(from.batch())
                  .setSegmentDirectory(segments == null ? "" : directory.path().toString())
                  .build());
        } finally {
          pumps.remove(pump);
        }
      }
    }
  }

  /** Null if all batches are to travel in messages. */
  private StreamSegments segments(StreamBatchesRequest request, ServerCallStreamObserver<Outgoing> call) {
    boolean shared = request.getSharedMemory() && directory != null && Origin.isThisMachine();
    return shared
        ? new StreamSegments(directory, slots.budget(), options.lookAheadBytes(), () -> !call.isCancelled())
        : null;
  }

  private BatchSource source(PlanStore.Leased plan, BufferSource shared, ResumePoint from, long end) {
    return new BatchSource(
        plan.plan(), plan.lease().get().loader(), workers, shared, slots, options.lookAheadBytes(), from, end);
  }

  private PlanStore.Leased planOf(StreamBatchesRequest request) {
    if (request.hasPlan()) {
      return plans.find(request.getPlan());
    }
    Checks.require(request.hasSpec(), Reason.BAD_ARGUMENT, "source", "none", "plan or spec");
    return plans.make(request.getSpec());
  }

  private static ResumePoint start(StreamBatchesRequest request, String plan) {
    if (request.getResumeToken().isEmpty()) {
      Checks.require(
          request.getStartBatch() >= 0, Reason.BAD_ARGUMENT, "start_batch", request.getStartBatch(), ">= 0");
      return new ResumePoint(
          plan, request.getEpoch(), request.getStartBatch(), shard(request.getShard(), request.getShards()));
    }
    ResumePoint point = ResumePoint.parse(request.getResumeToken());
    if (!point.plan().equals(plan)) {
      throw LoaderException.of(Reason.DATASET_CHANGED, "token_plan", point.plan(), "plan", plan);
    }
    return point;
  }

  private static Shard shard(int index, int count) {
    return count == 0 && index == 0 ? Shard.WHOLE : new Shard(index, count);
  }

  private void getBatch(GetBatchRequest request, StreamObserver<Outgoing> to) {
    Answers.send(
        to,
        () -> {
          try (PlanStore.Leased plan = planOf(request)) {
            Shard shard = shard(request.getShard(), request.getShards());
            long batches = plan.plan().order(request.getEpoch()).batches(shard);
            if (request.getIndex() < 0 || request.getIndex() >= batches) {
              throw LoaderException.of(Reason.OUT_OF_RANGE, "index", request.getIndex(), "batches", batches);
            }
            ResumePoint from = new ResumePoint(plan.plan().name(), request.getEpoch(), request.getIndex(), shard);
            return single(plan, from);
          }
        });
  }

  private Outgoing single(PlanStore.Leased plan, ResumePoint from) throws InterruptedException {
    try (BatchSource source = source(plan, BufferSource.NONE, from, from.batch() + 1)) {
      Batch batch = source.next();
      return new Outgoing.Composer()
          .message(GetBatchResponse.BATCH_FIELD_NUMBER, BatchMessages.compose(batch, Statuses::sampleError))
          .build(batch.slot());
    }
  }

  private PlanStore.Leased planOf(GetBatchRequest request) {
    if (request.hasPlan()) {
      return plans.find(request.getPlan());
    }
    Checks.require(request.hasSpec(), Reason.BAD_ARGUMENT, "source", "none", "plan or spec");
    return plans.make(request.getSpec());
  }

  /** Hands a cancel to the pump, whichever comes first. */
  private static final class PumpHolder {
    private Pump pump;
    private boolean cancelled;

    synchronized void set(Pump made) {
      pump = made;
      if (cancelled) {
        pump.cancel();
      }
    }

    synchronized void cancel() {
      cancelled = true;
      if (pump != null) {
        pump.cancel();
      }
    }
  }
}
