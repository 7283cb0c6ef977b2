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
import io.ndstream.batch.Batch;
import io.ndstream.batch.BatchSource;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.BufferSource;
import io.ndstream.plan.ResumePoint;
import io.ndstream.plan.Shard;
import io.ndstream.v1.GetBatchRequest;
import io.ndstream.v1.GetBatchResponse;
import io.ndstream.v1.StreamBatchesRequest;
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
  private final StreamParts parts;
  private final Set<StreamCall> streams = ConcurrentHashMap.newKeySet();
  private final AtomicLong started = new AtomicLong();
  private volatile boolean draining;

  StreamRpc(PlanStore plans, StreamParts parts) {
    this.plans = plans;
    this.parts = parts;
    Gauge.builder("ndstream.streams", streams::size)
        .description("open streams")
        .register(parts.registry());
  }

  @Override
  public ServerServiceDefinition bindService() {
    MethodDescriptor<StreamBatchesRequest, Outgoing> stream =
        StreamServiceGrpc.getStreamBatchesMethod().toBuilder(
                StreamServiceGrpc.getStreamBatchesMethod().getRequestMarshaller(),
                Outgoing.marshaller())
            .build();
    MethodDescriptor<GetBatchRequest, Outgoing> get =
        StreamServiceGrpc.getGetBatchMethod().toBuilder(
                StreamServiceGrpc.getGetBatchMethod().getRequestMarshaller(), Outgoing.marshaller())
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
    return streams.size();
  }

  /** Ends every stream after the batch it is at, so that clients can resume elsewhere. */
  void drain() {
    draining = true;
    streams.forEach(StreamCall::drain);
  }

  private void streamBatches(StreamBatchesRequest request, StreamObserver<Outgoing> to) {
    LoaderException refusal = refusal();
    if (refusal != null) {
      to.onError(Statuses.of(refusal));
      return;
    }
    StreamCall stream =
        new StreamCall(parts, plans, request, (ServerCallStreamObserver<Outgoing>) to);
    streams.add(stream);
    if (draining) {
      stream.drain();
    }
    long number = started.incrementAndGet();
    Thread thread =
        new Thread(Context.current().wrap(() -> run(stream, number)), "ndstream-stream-" + number);
    thread.setDaemon(true);
    thread.start();
  }

  /** Null if another stream may be opened. */
  private LoaderException refusal() {
    if (draining) {
      return LoaderException.of(Reason.DRAINING);
    }
    return streams.size() < LARGEST_STREAM_COUNT
        ? null
        : LoaderException.of(Reason.BUSY, "streams", streams.size(), "limit", LARGEST_STREAM_COUNT);
  }

  private void run(StreamCall stream, long number) {
    try {
      stream.run(number);
    } finally {
      streams.remove(stream);
    }
  }

  private void getBatch(GetBatchRequest request, StreamObserver<Outgoing> to) {
    Answers.send(
        to,
        () -> {
          try (PlanStore.Leased plan =
              plans.named(
                  request.hasPlan() ? request.getPlan() : null,
                  request.hasSpec() ? request.getSpec() : null)) {
            Shard shard = StreamCall.shard(request.getShard(), request.getShards());
            long batches = plan.plan().order(request.getEpoch()).batches(shard);
            if (request.getIndex() < 0 || request.getIndex() >= batches) {
              throw LoaderException.of(
                  Reason.OUT_OF_RANGE, "index", request.getIndex(), "batches", batches);
            }
            ResumePoint from =
                new ResumePoint(plan.plan().name(), request.getEpoch(), request.getIndex(), shard);
            return single(plan, from);
          }
        });
  }

  private Outgoing single(PlanStore.Leased plan, ResumePoint from) throws InterruptedException {
    try (BatchSource source = parts.source(plan, BufferSource.NONE, from, from.batch() + 1)) {
      Batch batch = source.next();
      return new Outgoing.Composer()
          .message(
              GetBatchResponse.BATCH_FIELD_NUMBER,
              BatchMessages.compose(batch, Statuses::sampleError))
          .build(batch.slot());
    }
  }
}
