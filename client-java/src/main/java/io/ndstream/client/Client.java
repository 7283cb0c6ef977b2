package io.ndstream.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.ndstream.v1.Annotation;
import io.ndstream.v1.AnnotationOptions;
import io.ndstream.v1.Batch;
import io.ndstream.v1.Category;
import io.ndstream.v1.CreatePlanRequest;
import io.ndstream.v1.Dataset;
import io.ndstream.v1.DatasetServiceGrpc;
import io.ndstream.v1.GetBatchRequest;
import io.ndstream.v1.GetDatasetRequest;
import io.ndstream.v1.GetServerInfoRequest;
import io.ndstream.v1.GetServerInfoResponse;
import io.ndstream.v1.GetStatisticsRequest;
import io.ndstream.v1.GetStatisticsResponse;
import io.ndstream.v1.Image;
import io.ndstream.v1.ListAnnotationsRequest;
import io.ndstream.v1.ListAnnotationsResponse;
import io.ndstream.v1.ListCategoriesRequest;
import io.ndstream.v1.ListCategoriesResponse;
import io.ndstream.v1.ListDatasetsRequest;
import io.ndstream.v1.ListDatasetsResponse;
import io.ndstream.v1.ListImagesRequest;
import io.ndstream.v1.ListImagesResponse;
import io.ndstream.v1.ListVideosRequest;
import io.ndstream.v1.ListVideosResponse;
import io.ndstream.v1.LoadImageRequest;
import io.ndstream.v1.LoadImageResponse;
import io.ndstream.v1.LoadSampleRequest;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.Plan;
import io.ndstream.v1.PlanServiceGrpc;
import io.ndstream.v1.PlanSpec;
import io.ndstream.v1.Pool;
import io.ndstream.v1.Sample;
import io.ndstream.v1.SampleServiceGrpc;
import io.ndstream.v1.ServerServiceGrpc;
import io.ndstream.v1.StreamBatchesRequest;
import io.ndstream.v1.StreamServiceGrpc;
import io.ndstream.v1.Target;
import io.ndstream.v1.Video;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A connection to a server. Safe for any number of threads. Every method throws {@link
 * NdstreamException} if the call fails. Where a name of a data set is asked for, it may be empty if
 * the server has exactly one.
 */
public final class Client implements AutoCloseable {
  private static final long RETRY_MILLIS = 100;

  private final Address.Line line;
  private final Calls calls;
  private final Patience patience;

  private Client(Address.Line line, ClientOptions options) {
    this.line = line;
    this.calls = new Calls(options.deadline());
    this.patience = new Patience(line.channel(), options.patience());
  }

  /** As {@link #connect(String, ClientOptions)} with the default options. */
  public static Client connect(String address) {
    return connect(address, ClientOptions.DEFAULT);
  }

  /**
   * Connects and waits until the server answers.
   *
   * @param address {@code unix:/path}, {@code tcp:host:port} or {@code host:port}
   * @throws NdstreamException SERVER_UNREACHABLE if nobody answers in time
   */
  public static Client connect(String address, ClientOptions options) {
    Client client = new Client(Address.parse(address).open(options), options);
    if (!client.waitUntilReady(options.connect())) {
      client.close();
      throw NdstreamException.local(
          Code.UNAVAILABLE, "SERVER_UNREACHABLE", "no server answers at " + address);
    }
    return client;
  }

  private boolean waitUntilReady(Duration time) {
    CountDownLatch ready = new CountDownLatch(1);
    watch(ready);
    long end = System.nanoTime() + time.toNanos();
    try {
      // A server that is just being started is found soon: gRPC would try less and less often.
      while (!ready.await(RETRY_MILLIS, TimeUnit.MILLISECONDS) && System.nanoTime() - end < 0) {
        line.channel().resetConnectBackoff();
      }
      return ready.getCount() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void watch(CountDownLatch ready) {
    ConnectivityState state = line.channel().getState(true);
    if (state == ConnectivityState.READY) {
      ready.countDown();
    } else if (state != ConnectivityState.SHUTDOWN) {
      line.channel().notifyWhenStateChanged(state, () -> watch(ready));
    }
  }

  /** The channel, for stubs of one's own. Closed with this client. */
  public ManagedChannel channel() {
    return line.channel();
  }

  // ---- samples

  /** Loads the sample of a target, with all annotations. */
  public Sample loadSample(Target target) {
    return loadSample(LoadSampleRequest.newBuilder().setTarget(target).build());
  }

  public Sample loadSample(Target target, AnnotationOptions annotations) {
    return loadSample(
        LoadSampleRequest.newBuilder().setTarget(target).setAnnotations(annotations).build());
  }

  public Sample loadSample(LoadSampleRequest request) {
    return calls
        .unary(SampleServiceGrpc.newBlockingStub(line.channel()), s -> s.loadSample(request))
        .getSample();
  }

  /**
   * Loads a positive: a window round an annotation. What {@code overrides} sets wins over what the
   * row says.
   *
   * @param pool made by {@link Regions#preselect}; null for all positives of the only data set
   */
  public Sample loadPositive(Pool pool, long row, Target overrides) {
    return loadRow(pool, overrides, request -> request.setPositive(row));
  }

  /** Loads a negative; NO_NEGATIVE_POOL if the pool has none. */
  public Sample loadNegative(Pool pool, long row, Target overrides) {
    return loadRow(pool, overrides, request -> request.setNegative(row));
  }

  /** Loads a row of the positives followed by the negatives. */
  public Sample loadItem(Pool pool, long row, Target overrides) {
    return loadRow(pool, overrides, request -> request.setIndex(row));
  }

  private Sample loadRow(
      Pool pool, Target overrides, UnaryOperator<LoadSampleRequest.Builder> row) {
    LoadSampleRequest.Builder request = LoadSampleRequest.newBuilder().setTarget(overrides);
    if (pool != null) {
      request.setPool(pool.getName());
    }
    return loadSample(row.apply(request).build());
  }

  /** The pixels of a whole image: axes HWC. */
  public LoadImageResponse loadImage(LoadImageRequest request) {
    return calls.unary(
        SampleServiceGrpc.newBlockingStub(line.channel()), s -> s.loadImage(request));
  }

  // ---- batches

  /** The batches of the first epoch of a plan. */
  public BatchStream batches(PlanSpec spec) {
    return batches(StreamBatchesRequest.newBuilder().setSpec(spec).build());
  }

  /** The batches of an epoch, of a shard, or from a resume token on. */
  public BatchStream batches(StreamBatchesRequest request) {
    return BatchStream.open(StreamServiceGrpc.newBlockingStub(line.channel()), request);
  }

  /** One batch by its position: the same bytes a stream delivers there. */
  public Batch batch(GetBatchRequest request) {
    return calls
        .unary(StreamServiceGrpc.newBlockingStub(line.channel()), s -> s.getBatch(request))
        .getBatch();
  }

  /** Counts what an epoch of this plan would hold; its name can be streamed. */
  public Plan createPlan(PlanSpec spec) {
    CreatePlanRequest request = CreatePlanRequest.newBuilder().setSpec(spec).build();
    return calls
        .unary(PlanServiceGrpc.newBlockingStub(line.channel()), s -> s.createPlan(request))
        .getPlan();
  }

  /** Positives, negatives, overlaps. */
  public Regions regions() {
    return new Regions(line.channel(), calls);
  }

  /** Sample grids. */
  public Grids grids() {
    return new Grids(line.channel(), calls);
  }

  /** Opens a stitching run, or goes on with the one of this name. */
  public StitchRun stitch(OpenRunRequest request) {
    return new StitchRun(patience, calls, request);
  }

  // ---- data sets and server

  public Dataset dataset(String name) {
    GetDatasetRequest request = GetDatasetRequest.newBuilder().setDataset(name).build();
    return calls.unary(datasetStub(), s -> s.getDataset(request)).getDataset();
  }

  public Iterable<Dataset> datasets() {
    ListDatasetsRequest.Builder request = ListDatasetsRequest.newBuilder().setPageSize(Calls.PAGE);
    return Calls.pages(
        token ->
            calls.unary(datasetStub(), s -> s.listDatasets(request.setPageToken(token).build())),
        ListDatasetsResponse::getDatasetsList,
        ListDatasetsResponse::getNextPageToken);
  }

  /** In file order. */
  public Iterable<Category> categories(String dataset) {
    ListCategoriesRequest.Builder request =
        ListCategoriesRequest.newBuilder().setDataset(dataset).setPageSize(Calls.PAGE);
    return Calls.pages(
        token ->
            calls.unary(datasetStub(), s -> s.listCategories(request.setPageToken(token).build())),
        ListCategoriesResponse::getCategoriesList,
        ListCategoriesResponse::getNextPageToken);
  }

  public Iterable<Video> videos(String dataset) {
    ListVideosRequest.Builder request =
        ListVideosRequest.newBuilder().setDataset(dataset).setPageSize(Calls.PAGE);
    return Calls.pages(
        token -> calls.unary(datasetStub(), s -> s.listVideos(request.setPageToken(token).build())),
        ListVideosResponse::getVideosList,
        ListVideosResponse::getNextPageToken);
  }

  /** In file order. */
  public Iterable<Image> images(String dataset) {
    return images(ListImagesRequest.newBuilder().setDataset(dataset).build());
  }

  /** All pages of a request: only some images, or with their rows of the manifest. */
  public Iterable<Image> images(ListImagesRequest wanted) {
    ListImagesRequest.Builder request = wanted.toBuilder().setPageSize(Calls.PAGE);
    return Calls.pages(
        token -> calls.unary(datasetStub(), s -> s.listImages(request.setPageToken(token).build())),
        ListImagesResponse::getImagesList,
        ListImagesResponse::getNextPageToken);
  }

  /** Ascending by id. */
  public Iterable<Annotation> annotations(String dataset) {
    return annotations(ListAnnotationsRequest.newBuilder().setDataset(dataset).build());
  }

  /** All pages of a request: those of one image, or with their rows of the manifest. */
  public Iterable<Annotation> annotations(ListAnnotationsRequest wanted) {
    ListAnnotationsRequest.Builder request = wanted.toBuilder().setPageSize(Calls.PAGE);
    return Calls.pages(
        token ->
            calls.unary(datasetStub(), s -> s.listAnnotations(request.setPageToken(token).build())),
        ListAnnotationsResponse::getAnnotationsList,
        ListAnnotationsResponse::getNextPageToken);
  }

  public GetServerInfoResponse serverInfo() {
    return calls.unary(
        ServerServiceGrpc.newBlockingStub(line.channel()),
        s -> s.getServerInfo(GetServerInfoRequest.getDefaultInstance()));
  }

  public GetStatisticsResponse statistics() {
    return calls.unary(
        ServerServiceGrpc.newBlockingStub(line.channel()),
        s -> s.getStatistics(GetStatisticsRequest.getDefaultInstance()));
  }

  private DatasetServiceGrpc.DatasetServiceBlockingStub datasetStub() {
    return DatasetServiceGrpc.newBlockingStub(line.channel());
  }

  /** Cancels all calls and ends the connection. Closing twice is harmless. */
  @Override
  public void close() {
    line.channel().shutdownNow();
    try {
      line.channel().awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    line.afterwards().run();
  }
}
