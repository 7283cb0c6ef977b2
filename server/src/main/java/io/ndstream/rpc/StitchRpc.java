package io.ndstream.rpc;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.raster.FrameReader;
import io.ndstream.stitch.CanvasView;
import io.ndstream.stitch.Expected;
import io.ndstream.stitch.ImageStatus;
import io.ndstream.stitch.StitchRun;
import io.ndstream.v1.AbortRunRequest;
import io.ndstream.v1.AbortRunResponse;
import io.ndstream.v1.AccumulateRequest;
import io.ndstream.v1.AccumulateResponse;
import io.ndstream.v1.CloseRunRequest;
import io.ndstream.v1.CloseRunResponse;
import io.ndstream.v1.CompleteImageRequest;
import io.ndstream.v1.CompleteImageResponse;
import io.ndstream.v1.ComputeEdgeWeightsRequest;
import io.ndstream.v1.ComputeEdgeWeightsResponse;
import io.ndstream.v1.DequantizeRequest;
import io.ndstream.v1.DequantizeResponse;
import io.ndstream.v1.ExtractPolygonsRequest;
import io.ndstream.v1.ExtractPolygonsResponse;
import io.ndstream.v1.FinalizeImageRequest;
import io.ndstream.v1.FinalizeImageResponse;
import io.ndstream.v1.FlushRequest;
import io.ndstream.v1.FlushResponse;
import io.ndstream.v1.GetRunRequest;
import io.ndstream.v1.GetRunResponse;
import io.ndstream.v1.ImageProgress;
import io.ndstream.v1.ListRunImagesRequest;
import io.ndstream.v1.ListRunImagesResponse;
import io.ndstream.v1.ListRunsRequest;
import io.ndstream.v1.ListRunsResponse;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.OpenRunResponse;
import io.ndstream.v1.QuantizeRequest;
import io.ndstream.v1.QuantizeResponse;
import io.ndstream.v1.ReadCanvasRequest;
import io.ndstream.v1.ReadCanvasResponse;
import io.ndstream.v1.Run;
import io.ndstream.v1.StitchServiceGrpc;
import io.ndstream.wire.Incoming;
import io.ndstream.wire.StitchMath;
import io.ndstream.wire.StitchMessages;
import io.ndstream.wire.StitchRequests;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stitching. Work is done by the threads of calls; a stream has one message under way, and the
 * number of streams is bounded.
 */
final class StitchRpc extends StitchServiceGrpc.StitchServiceImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(StitchRpc.class);
  private static final int STREAMS = 16;

  private final StitchRuns runs;
  private final FrameReader files;
  private final WindowMemory.Offer memory;
  private final long largestMessage;
  private final Semaphore streams = new Semaphore(STREAMS);

  /**
   * @param memory for streams of this machine
   */
  StitchRpc(StitchRuns runs, FrameReader files, WindowMemory.Offer memory, long largestMessage) {
    this.runs = runs;
    this.files = files;
    this.memory = memory;
    this.largestMessage = largestMessage;
  }

  /** What {@link #bindService} gives, but the pixels of windows stay in the array they came in. */
  ServerServiceDefinition bound() {
    MethodDescriptor<AccumulateRequest, AccumulateResponse> usual =
        StitchServiceGrpc.getAccumulateMethod();
    ServerMethodDefinition<AccumulateRequest, AccumulateResponse> accumulate =
        ServerMethodDefinition.create(
            usual.toBuilder()
                .setRequestMarshaller(
                    new Incoming<>(usual.getRequestMarshaller(), AccumulateRequest.parser()))
                .build(),
            ServerCalls.asyncBidiStreamingCall(this::accumulate));
    List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>(bindService().getMethods());
    methods.replaceAll(
        method ->
            usual.getFullMethodName().equals(method.getMethodDescriptor().getFullMethodName())
                ? accumulate
                : method);
    ServiceDescriptor.Builder service =
        ServiceDescriptor.newBuilder(StitchServiceGrpc.SERVICE_NAME)
            .setSchemaDescriptor(StitchServiceGrpc.getServiceDescriptor().getSchemaDescriptor());
    methods.forEach(method -> service.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder bound = ServerServiceDefinition.builder(service.build());
    methods.forEach(bound::addMethod);
    return bound.build();
  }

  @Override
  public void openRun(OpenRunRequest request, StreamObserver<OpenRunResponse> to) {
    Answers.give(
        to,
        () -> {
          StitchRuns.Opened opened = runs.open(request);
          return OpenRunResponse.newBuilder()
              .setRun(message(opened.run()))
              .setResumed(opened.resumed())
              .build();
        });
  }

  private static Run message(StitchRuns.Open open) {
    StitchRun run = open.run();
    return StitchMessages.run(
        run.spec(), open.lease().get().name(), open.dataset().fingerprint(), run.status());
  }

  @Override
  public StreamObserver<AccumulateRequest> accumulate(StreamObserver<AccumulateResponse> to) {
    ServerCallStreamObserver<AccumulateResponse> call =
        (ServerCallStreamObserver<AccumulateResponse>) to;
    if (!streams.tryAcquire()) {
      call.onError(Statuses.of(LoaderException.of(Reason.BUSY, "streams", STREAMS)));
      return new Ignored();
    }
    WindowMemory own = new WindowMemory(Origin.isThisMachine() ? memory : WindowMemory.Offer.NONE);
    return new Accumulation(call, runs, own, streams::release);
  }

  /** Takes what a client still sends on a call that was refused. */
  private static final class Ignored implements StreamObserver<AccumulateRequest> {
    @Override
    public void onNext(AccumulateRequest request) {}

    @Override
    public void onError(Throwable gone) {}

    @Override
    public void onCompleted() {}
  }

  @Override
  public void completeImage(
      CompleteImageRequest request, StreamObserver<CompleteImageResponse> to) {
    Answers.give(
        to,
        () -> {
          StitchRun run = runs.find(request.getRun()).run();
          run.complete(request.getImageId());
          ImageStatus status = run.status(request.getImageId());
          return CompleteImageResponse.newBuilder()
              .setImage(StitchMessages.progress(run.spec(), status))
              .build();
        });
  }

  @Override
  public void getRun(GetRunRequest request, StreamObserver<GetRunResponse> to) {
    Answers.give(
        to, () -> GetRunResponse.newBuilder().setRun(message(runs.find(request.getRun()))).build());
  }

  @Override
  public void listRuns(ListRunsRequest request, StreamObserver<ListRunsResponse> to) {
    Answers.give(
        to,
        () -> {
          List<String> names = runs.names();
          Page page = Page.of(request.getPageSize(), request.getPageToken(), names.size());
          ListRunsResponse.Builder answer =
              ListRunsResponse.newBuilder().setNextPageToken(page.nextToken());
          for (String name : names.subList(page.from(), page.to())) {
            try {
              answer.addRuns(message(runs.find(name)));
            } catch (LoaderException e) {
              // Another server's, or of a data set that is not open here; asking for it tells why.
              LOG.debug("Run {} is left out of a list", name, e);
            }
          }
          return answer.build();
        });
  }

  @Override
  public void listRunImages(
      ListRunImagesRequest request, StreamObserver<ListRunImagesResponse> to) {
    Answers.give(
        to,
        () -> {
          StitchRun run = runs.find(request.getRun()).run();
          List<Long> ids = run.imageIds();
          Page page = Page.of(request.getPageSize(), request.getPageToken(), ids.size());
          ListRunImagesResponse.Builder answer =
              ListRunImagesResponse.newBuilder().setNextPageToken(page.nextToken());
          for (long id : ids.subList(page.from(), page.to())) {
            answer.addImages(progress(run, id, request.getWithCoverage()));
          }
          return answer.build();
        });
  }

  private static ImageProgress progress(StitchRun run, long id, boolean withCoverage) {
    ImageStatus status = run.status(id);
    ImageProgress progress = StitchMessages.progress(run.spec(), status);
    return withCoverage && status.raster() == null
        ? progress.toBuilder().setCovered(run.view(id).covered()).build()
        : progress;
  }

  @Override
  public void readCanvas(ReadCanvasRequest request, StreamObserver<ReadCanvasResponse> to) {
    Answers.give(
        to,
        () -> {
          CanvasView canvas = runs.find(request.getRun()).run().view(request.getImageId());
          Window asked = request.hasBox() ? StitchRequests.box(request.getBox()) : canvas.bounds();
          Window part = asked.intersect(canvas.bounds());
          if (part.isEmpty()) {
            throw LoaderException.of(
                Reason.BAD_WINDOW,
                "run",
                request.getRun(),
                "image",
                request.getImageId(),
                "box",
                asked,
                "expected",
                "a pixel or more of " + canvas.bounds());
          }
          // doubles of sums and weights, and floats of the averages
          long bytes = part.area() * (12L * canvas.bands() + 8);
          if (bytes > Math.min(largestMessage, Integer.MAX_VALUE)) {
            throw LoaderException.of(
                Reason.OVER_BUDGET,
                "run",
                request.getRun(),
                "image",
                request.getImageId(),
                "bytes",
                bytes,
                "limit",
                largestMessage,
                "remedy",
                "a smaller box");
          }
          return StitchMessages.canvas(canvas, part, request.getWithSums());
        });
  }

  @Override
  public void finalizeImage(
      FinalizeImageRequest request, StreamObserver<FinalizeImageResponse> to) {
    Answers.give(
        to,
        () -> {
          StitchRun run = runs.find(request.getRun()).run();
          var raster =
              run.finalizeImage(request.getImageId(), request.getIncomplete(), stillWanted());
          return FinalizeImageResponse.newBuilder()
              .setRaster(StitchMessages.raster(run.spec(), raster))
              .build();
        });
  }

  /**
   * Until the caller takes its call back. One whose deadline passed is expected to ask again, and
   * must find more than it left.
   */
  private static BooleanSupplier stillWanted() {
    Context call = Context.current();
    Deadline deadline = call.getDeadline();
    return () ->
        !call.isCancelled() || deadline != null && deadline.timeRemaining(TimeUnit.SECONDS) <= 0;
  }

  @Override
  public void flush(FlushRequest request, StreamObserver<FlushResponse> to) {
    Answers.give(
        to,
        () -> {
          StitchRuns.Open open = runs.find(request.getRun());
          String manifest = flush(open.run(), request.getFinalizeAll());
          return FlushResponse.newBuilder().setRun(message(open)).setManifest(manifest).build();
        });
  }

  /** Returns the manifest that holds what was finished, or nothing if nothing was. */
  private String flush(StitchRun run, boolean all) throws InterruptedException {
    LoaderException refusal = null;
    for (long image : run.status().open()) {
      if (all || run.status(image).complete()) {
        try {
          run.finalizeImage(image, all, stillWanted());
        } catch (LoaderException e) { // the others do not wait for one that cannot be written
          refusal = refusal == null ? e : refusal;
        }
      }
    }
    runs.merge(run);
    if (refusal != null) {
      throw refusal;
    }
    return run.isInManifest() ? run.spec().output().manifest().toString() : "";
  }

  @Override
  public void closeRun(CloseRunRequest request, StreamObserver<CloseRunResponse> to) {
    Answers.give(
        to,
        () -> {
          StitchRuns.Open open = runs.find(request.getRun());
          String manifest = flush(open.run(), request.getFinalizeAll());
          Set<Long> left = new TreeSet<>(open.run().status().open());
          if (!request.getFinalizeAll()) {
            left.addAll(untouched(open.run()));
          }
          if (!left.isEmpty()) {
            throw LoaderException.of(Reason.INCOMPLETE, "run", request.getRun(), "images", left);
          }
          Run last = message(open);
          runs.forget(request.getRun());
          return CloseRunResponse.newBuilder().setRun(last).setManifest(manifest).build();
        });
  }

  /** Images that windows are expected of, and that none came for. */
  private static Set<Long> untouched(StitchRun run) {
    Set<Long> images = new TreeSet<>(run.spec().images().keySet());
    images.removeIf(image -> run.spec().images().get(image).expected() instanceof Expected.Unknown);
    images.removeAll(run.imageIds());
    return images;
  }

  @Override
  public void abortRun(AbortRunRequest request, StreamObserver<AbortRunResponse> to) {
    Answers.give(
        to,
        () -> {
          runs.forget(request.getRun());
          return AbortRunResponse.getDefaultInstance();
        });
  }

  @Override
  public void extractPolygons(
      ExtractPolygonsRequest request, StreamObserver<ExtractPolygonsResponse> to) {
    try {
      StitchRun run = runs.find(request.getRun()).run();
      new PolygonStream(request, run, files)
          .send((ServerCallStreamObserver<ExtractPolygonsResponse>) to);
    } catch (RuntimeException | Error e) {
      to.onError(Statuses.of(e));
    }
  }

  @Override
  public void computeEdgeWeights(
      ComputeEdgeWeightsRequest request, StreamObserver<ComputeEdgeWeightsResponse> to) {
    Answers.give(to, () -> StitchMath.edgeWeights(request));
  }

  @Override
  public void quantize(QuantizeRequest request, StreamObserver<QuantizeResponse> to) {
    Answers.give(to, () -> StitchMath.quantize(request));
  }

  @Override
  public void dequantize(DequantizeRequest request, StreamObserver<DequantizeResponse> to) {
    Answers.give(to, () -> StitchMath.dequantize(request));
  }
}
