package io.ndstream.rpc;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.ndstream.batch.StageMeters;
import io.ndstream.batch.WorkerPool;
import io.ndstream.catalog.Catalog;
import io.ndstream.catalog.DatasetLease;
import io.ndstream.catalog.OpenDataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.grid.Pool;
import io.ndstream.pixels.Slot;
import io.ndstream.pixels.SlotPool;
import io.ndstream.pixels.StageTimes;
import io.ndstream.sample.AnnotationRequest;
import io.ndstream.sample.LoadedSample;
import io.ndstream.sample.PoolTargets;
import io.ndstream.sample.ResolvedSample;
import io.ndstream.sample.SampleScratch;
import io.ndstream.sample.TargetSpec;
import io.ndstream.v1.LoadImageRequest;
import io.ndstream.v1.LoadImageResponse;
import io.ndstream.v1.LoadSampleRequest;
import io.ndstream.v1.LoadSampleResponse;
import io.ndstream.v1.LoadSamplesRequest;
import io.ndstream.v1.SampleServiceGrpc;
import io.ndstream.wire.Outgoing;
import io.ndstream.wire.Samples;
import io.ndstream.wire.Targets;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Single samples. A call's own thread checks the target and waits for memory; pixels are made by
 * the workers.
 */
final class SampleRpc implements BindableService {
  private final Catalog catalog;
  private final PoolStore pools;
  private final WorkerPool<SampleScratch> workers;
  private final SlotPool slots;
  private final StageMeters meters;
  private final long largestMessage;

  /**
   * @param largestMessage bytes of an answer
   */
  SampleRpc(
      Catalog catalog,
      PoolStore pools,
      WorkerPool<SampleScratch> workers,
      SlotPool slots,
      StageMeters meters,
      long largestMessage) {
    this.catalog = catalog;
    this.pools = pools;
    this.workers = workers;
    this.slots = slots;
    this.meters = meters;
    this.largestMessage = largestMessage;
  }

  @Override
  public ServerServiceDefinition bindService() {
    var one = outgoing(SampleServiceGrpc.getLoadSampleMethod());
    var many = outgoing(SampleServiceGrpc.getLoadSamplesMethod());
    var image = outgoing(SampleServiceGrpc.getLoadImageMethod());
    ServiceDescriptor service =
        ServiceDescriptor.newBuilder(SampleServiceGrpc.SERVICE_NAME)
            .setSchemaDescriptor(SampleServiceGrpc.getServiceDescriptor().getSchemaDescriptor())
            .addMethod(one)
            .addMethod(many)
            .addMethod(image)
            .build();
    return ServerServiceDefinition.builder(service)
        .addMethod(one, ServerCalls.asyncUnaryCall(this::loadSample))
        .addMethod(many, ServerCalls.asyncBidiStreamingCall(this::loadSamples))
        .addMethod(image, ServerCalls.asyncUnaryCall(this::loadImage))
        .build();
  }

  /** The method, with answers composed in place. */
  private static <Q, A> MethodDescriptor<Q, Outgoing> outgoing(MethodDescriptor<Q, A> method) {
    return method.toBuilder(method.getRequestMarshaller(), Outgoing.marshaller()).build();
  }

  private void loadSample(LoadSampleRequest request, StreamObserver<Outgoing> to) {
    submit(
        workers.lane(),
        request,
        new SingleAnswer(
            to,
            sample ->
                new Outgoing.Composer()
                    .message(LoadSampleResponse.SAMPLE_FIELD_NUMBER, Samples.compose(sample))));
  }

  private void loadImage(LoadImageRequest request, StreamObserver<Outgoing> to) {
    submit(
        workers.lane(),
        () -> catalog.lease(request.getDataset()),
        open -> {
          String channels = request.hasChannels() ? request.getChannels() : null;
          TargetSpec target = open.loader().wholeImage(request.getImageId(), channels);
          return open.loader().resolve(target, AnnotationRequest.NONE);
        },
        new SingleAnswer(
            to,
            image -> {
              LoadImageResponse names =
                  LoadImageResponse.newBuilder().addAllChannels(image.sample().channels()).build();
              return new Outgoing.Composer()
                  .fields(names)
                  .message(LoadImageResponse.PIXELS_FIELD_NUMBER, Samples.pixels(image));
            }));
  }

  private StreamObserver<LoadSamplesRequest> loadSamples(StreamObserver<Outgoing> to) {
    WorkerPool<SampleScratch>.Lane lane = workers.lane();
    return new SamplePipeline(
        (ServerCallStreamObserver<Outgoing>) to,
        2 * workers.size(),
        largestMessage,
        meters,
        (request, outcome) -> submit(lane, request, outcome));
  }

  private void submit(
      WorkerPool<SampleScratch>.Lane lane, LoadSampleRequest request, SampleTask.Outcome outcome) {
    submit(
        lane,
        () ->
            request.getPool().isEmpty()
                ? catalog.lease(request.getDataset())
                : pools.lease(pools.find(request.getPool())),
        open ->
            open.loader().resolve(target(request, open), Targets.request(request.getAnnotations())),
        outcome);
  }

  /**
   * Resolves and claims memory here, where waiting holds up this caller only; the rest is the
   * pool's.
   */
  private void submit(
      WorkerPool<SampleScratch>.Lane lane,
      Supplier<DatasetLease> dataset,
      Function<OpenDataset, ResolvedSample> resolve,
      SampleTask.Outcome outcome) {
    SampleTask task;
    DatasetLease lease = null;
    try {
      lease = dataset.get();
      ResolvedSample sample = resolve.apply(lease.get());
      Slot slot = slots.claim(LoadedSample.bytes(sample));
      task = new SampleTask(lease, sample, slot, outcome);
    } catch (InterruptedException e) {
      lease.close();
      Thread.currentThread().interrupt();
      outcome.failed(LoaderException.of(Reason.DRAINING));
      return;
    } catch (RuntimeException | Error e) {
      if (lease != null) {
        lease.close();
      }
      outcome.failed(e);
      return;
    }
    lane.submit(task);
  }

  private TargetSpec target(LoadSampleRequest request, OpenDataset open) {
    TargetSpec own = Targets.spec(request.getTarget());
    if (request.getItemCase() == LoadSampleRequest.ItemCase.ITEM_NOT_SET) {
      return own;
    }
    Pool pool =
        request.getPool().isEmpty()
            ? Pool.of(open.positives())
            : pools.find(request.getPool()).pool();
    return PoolTargets.of(open.dataset(), pool, item(request, pool)).with(own);
  }

  private static Pool.Item item(LoadSampleRequest request, Pool pool) {
    return switch (request.getItemCase()) {
      case POSITIVE -> pool.positive(request.getPositive());
      case NEGATIVE -> pool.negative(request.getNegative());
      default -> pool.item(request.getIndex());
    };
  }

  /** Ends a unary call. */
  private final class SingleAnswer implements SampleTask.Outcome {
    private final StreamObserver<Outgoing> to;
    private final Function<LoadedSample, Outgoing.Composer> message;

    SingleAnswer(StreamObserver<Outgoing> to, Function<LoadedSample, Outgoing.Composer> message) {
      this.to = to;
      this.message = message;
    }

    @Override
    public void loaded(LoadedSample sample, StageTimes times) {
      meters.sampleLoaded(times);
      Answers.send(
          to,
          () -> {
            try {
              return refuseLarger(message.apply(sample).build(sample.slot()), largestMessage);
            } catch (RuntimeException | Error e) {
              sample.slot().close();
              throw e;
            }
          });
    }

    @Override
    public void failed(Throwable why) {
      to.onError(Statuses.of(why));
    }
  }

  /**
   * @throws LoaderException OVER_BUDGET if no client would take the message; it is closed
   */
  static Outgoing refuseLarger(Outgoing message, long largest) {
    if (message.length() <= largest) {
      return message;
    }
    int bytes = message.length();
    message.close();
    throw LoaderException.of(
        Reason.OVER_BUDGET,
        "message_bytes",
        bytes,
        "max_message_bytes",
        largest,
        "remedy",
        "a smaller window or scale, or a larger message limit on client and server");
  }
}
