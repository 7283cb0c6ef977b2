package io.ndstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Status.Code;
import io.grpc.stub.ClientCalls;
import io.ndstream.client.NdstreamException.Violation;
import io.ndstream.v1.AnnotationOptions;
import io.ndstream.v1.Annotations;
import io.ndstream.v1.Batch;
import io.ndstream.v1.Category;
import io.ndstream.v1.Dataset;
import io.ndstream.v1.GetBatchRequest;
import io.ndstream.v1.GetItemRequest;
import io.ndstream.v1.GetServerInfoRequest;
import io.ndstream.v1.Grid;
import io.ndstream.v1.GridSpec;
import io.ndstream.v1.GridTask;
import io.ndstream.v1.Image;
import io.ndstream.v1.ItemKind;
import io.ndstream.v1.ListAnnotationsRequest;
import io.ndstream.v1.ListImagesRequest;
import io.ndstream.v1.ListTargetsRequest;
import io.ndstream.v1.LoadImageRequest;
import io.ndstream.v1.LoadImageResponse;
import io.ndstream.v1.MaskOptions;
import io.ndstream.v1.PlanSpec;
import io.ndstream.v1.Pool;
import io.ndstream.v1.PreselectRequest;
import io.ndstream.v1.RegionItem;
import io.ndstream.v1.Sample;
import io.ndstream.v1.Selection;
import io.ndstream.v1.ServerServiceGrpc;
import io.ndstream.v1.Slice;
import io.ndstream.v1.Slices;
import io.ndstream.v1.StreamBatchesRequest;
import io.ndstream.v1.Target;
import io.ndstream.v1.TargetTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real server process on a toy data set, over a Unix socket and TCP. */
class ClientTest {
  private static final PlanSpec PLAN =
      PlanSpec.newBuilder()
          .setBatchSize(4)
          .setSeed(3)
          .addWindowDims(24)
          .addWindowDims(32)
          .setSelection(Selection.newBuilder().setNegToPosRatio(1))
          .build();

  private static LocalServer server;
  private static Client client;

  @BeforeAll
  static void start() {
    server = LocalServer.start(List.of("toy:shapes6-gsize96"), "--listen", "tcp:127.0.0.1:0");
    client = Client.connect(server.address());
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
    assertThat(ProcessHandle.of(server.pid()).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void listsWhatThereIs() {
    Dataset dataset = client.dataset("");
    List<Image> images = new ArrayList<>();
    client.images("").forEach(images::add);
    assertThat(images).hasSize(6).hasSize((int) dataset.getImages());
    assertThat(client.datasets()).containsExactly(dataset);
    assertThat(client.categories(""))
        .extracting(Category::getName)
        .containsExactly("background", "star", "superstar", "eff");
    assertThat(client.annotations("")).hasSize((int) dataset.getAnnotations());
    assertThat(client.serverInfo().getDriversList()).contains("GTiff", "PNG");
    assertThat(client.statistics().getUptimeNanos()).isPositive();
  }

  @Test
  void aServerOfAnotherVersionSaysSo() {
    var later =
        ServerServiceGrpc.getGetServerInfoMethod().toBuilder()
            .setFullMethodName("ndstream.v1.ServerService/GetDreams")
            .build();
    var request = GetServerInfoRequest.getDefaultInstance();
    assertThatThrownBy(
            () ->
                Calls.translated(
                    () ->
                        ClientCalls.blockingUnaryCall(
                            client.channel(), later, CallOptions.DEFAULT, request)))
        .hasMessageContaining("server_version: ")
        .hasMessageContaining("client_version: ")
        .isInstanceOfSatisfying(
            NdstreamException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo("UNKNOWN_METHOD");
              assertThat(refused.metadata()).containsKeys("method", "remedy", "client_version");
            });
  }

  @Test
  void streamsAnEpochInOrder() {
    List<Batch> all = new ArrayList<>();
    try (BatchStream batches = client.batches(PLAN)) {
      assertThat(batches.header().getBatches()).isGreaterThan(2);
      batches.forEachRemaining(all::add);
      assertThat(all).hasSize((int) batches.header().getBatches());
      assertThat(batches.trailer().getBatches()).isEqualTo(all.size());
      assertThatThrownBy(batches::next).isInstanceOf(NoSuchElementException.class);
    }
    NdArray pixels = NdArray.of(all.get(0).getPixels());
    assertThat(pixels.shape()).containsExactly(4L, 24L, 32L, 3L);
    assertThat(pixels.axes()).isEqualTo("NHWC");
    assertThat(pixels.at(1).shape()).containsExactly(24L, 32L, 3L);
    assertThat(pixels.at(1).data().remaining()).isEqualTo(24 * 32 * 3);
    long positives = 0;
    for (Batch batch : all) {
      NdArray flags = NdArray.of(batch.getPositive());
      for (int i = 0; i < flags.size(); i++) {
        positives += flags.longAt(i);
      }
    }
    assertThat(positives).isEqualTo(client.createPlan(PLAN).getPositives());
  }

  @Test
  void goesOnFromAResumeToken() {
    Batch second;
    Batch third;
    try (BatchStream batches = client.batches(PLAN)) {
      batches.next();
      second = batches.next();
      third = batches.next();
    }
    StreamBatchesRequest request =
        StreamBatchesRequest.newBuilder()
            .setSpec(PLAN)
            .setResumeToken(second.getResumeToken())
            .setMaxBatches(1)
            .build();
    try (BatchStream batches = client.batches(request)) {
      assertThat(batches.next().getPixels()).isEqualTo(third.getPixels());
      assertThat(batches.hasNext()).isFalse();
    }
    GetBatchRequest byPosition = GetBatchRequest.newBuilder().setSpec(PLAN).setIndex(2).build();
    assertThat(client.batch(byPosition).getPixels()).isEqualTo(third.getPixels());
  }

  @Test
  void leavingAStreamFreesWhatTheServerHolds() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      try (BatchStream batches = client.batches(PLAN)) {
        batches.next();
      }
    }
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (client.statistics().getOpenStreams() > 0
        || client.statistics().getBudgetUsedBytes() > 0) {
      assertThat(System.nanoTime()).as("streams or memory are still held").isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  @Test
  void loadsSamplesWithAnnotationsAndLabels() {
    Target target =
        Target.newBuilder()
            .setImageId(1)
            .setSpaceSlice(Slices.newBuilder().addSlices(slice(0, 96)).addSlices(slice(0, 96)))
            .build();
    AnnotationOptions options =
        AnnotationOptions.newBuilder()
            .setMasks(MaskOptions.newBuilder().setClassMask(true).setInstanceMask(true))
            .build();
    Sample sample = client.loadSample(target, options);
    assertThat(NdArray.of(sample.getPixels()).shape()).containsExactly(96L, 96L, 3L);
    Annotations annotations = sample.getAnnotations();
    NdArray ids = NdArray.of(annotations.getIds());
    NdArray boxes = NdArray.of(annotations.getBoxes());
    NdArray instances = NdArray.of(sample.getInstanceMask());
    assertThat(ids.size()).isPositive();
    assertThat(instances.shape()).containsExactly(96L, 96L);
    for (int k = 0; k < ids.size(); k++) {
      int x = (int) (boxes.doubleAt(4 * k) + boxes.doubleAt(4 * k + 2) * 0.14);
      int y = (int) (boxes.doubleAt(4 * k + 1) + boxes.doubleAt(4 * k + 3) * 0.5);
      boolean smallOrOpen = boxes.doubleAt(4 * k + 2) < 12 || boxes.doubleAt(4 * k + 3) < 12;
      if (!smallOrOpen && NdArray.of(annotations.getCategoryIds()).longAt(k) == 7) {
        assertThat(instances.longAt(96 * y + x))
            .as("stem of the letter F of annotation %d", ids.longAt(k))
            .isEqualTo(k + 1);
      }
    }
  }

  @Test
  void loadsTheRowsOfPools() {
    Target own = Target.getDefaultInstance();
    Sample positive = client.loadPositive(null, 0, own);
    assertThat(positive.getTarget().getAnnotationId()).isEqualTo(1);
    assertThat(client.loadItem(null, 0, own).getPixels()).isEqualTo(positive.getPixels());
    assertReason("NO_NEGATIVE_POOL", () -> client.loadNegative(null, 0, own));

    PreselectRequest request =
        PreselectRequest.newBuilder().setNNeg(3).addWindowDims(20).addWindowDims(28).build();
    Pool pool = client.regions().preselect(request);
    GetItemRequest second =
        GetItemRequest.newBuilder()
            .setPool(pool.getName())
            .setKind(ItemKind.ITEM_KIND_NEGATIVE)
            .setIndex(1)
            .build();
    RegionItem row = client.regions().item(second).getItem();
    Sample negative = client.loadNegative(pool, 1, own);
    assertThat(NdArray.of(negative.getPixels()).shape()).containsExactly(20L, 28L, 3L);
    assertThat(negative.getTarget().getImageId()).isEqualTo(row.getImageId());
    assertThat(negative.getTarget().getCx()).isEqualTo(row.getCx());
    assertThat(negative.getTarget().getCategoryId()).isEqualTo(row.getCategoryId());
    Sample item = client.loadItem(pool, pool.getPositives() + 1, own);
    assertThat(item.getPixels()).isEqualTo(negative.getPixels());
    Target overrides = Target.newBuilder().setImageId(2).setDtype("float32").build();
    assertThat(client.loadPositive(pool, 0, overrides).getTarget().getImageId()).isEqualTo(2);
    assertReason("OUT_OF_RANGE", () -> client.loadNegative(pool, 3, own));
    Pool forgotten = Pool.newBuilder().setName("no such pool").build();
    assertReason("UNKNOWN_POOL", () -> client.loadPositive(forgotten, 0, own));
  }

  @Test
  void loadsStreamsOfChannels() {
    Target target = Target.newBuilder().setImageId(1).setStreams("r|g,MODIS:b").build();
    Sample sample = client.loadSample(target);
    assertThat(sample.getChannelsList()).containsExactly("r", "g", "b");
    assertThat(sample.getStreamsList())
        .extracting(s -> s.getSensor() + " " + s.getChannels() + " " + s.getFramesList())
        .containsExactly(" r|g [0]", "MODIS b []");
    NdArray pixels = NdArray.of(sample.getPixels());
    assertThat(pixels.doubleAt(1)).isNotNaN();
    assertThat(pixels.doubleAt(2)).isNaN();
  }

  @Test
  void givesAnImageWithItsAnnotations() {
    ListImagesRequest image =
        ListImagesRequest.newBuilder().addImageIds(2).setWithJson(true).build();
    assertThat(client.images(image))
        .singleElement()
        .satisfies(one -> assertThat(one.getJson()).contains("\"id\"").contains("file_name"));
    ListAnnotationsRequest annotations =
        ListAnnotationsRequest.newBuilder().setImageId(2).setWithJson(true).build();
    assertThat(client.annotations(annotations))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.getImageId()).isEqualTo(2))
        .allSatisfy(row -> assertThat(row.getJson()).contains("bbox"));
    LoadImageResponse whole = client.loadImage(LoadImageRequest.newBuilder().setImageId(2).build());
    assertThat(NdArray.of(whole.getPixels()).axes()).isEqualTo("HWC");
    assertThat(whole.getChannelsList()).containsExactly("r", "g", "b");
  }

  @Test
  void selectsRegionsAndStreamsGrids() {
    long positives = client.dataset("").getPositives();
    long listed = 0;
    for (TargetTable page :
        client.regions().targets(ListTargetsRequest.newBuilder().setPageSize(7).build())) {
      listed += page.getAnnotationIdsCount();
    }
    assertThat(listed).isEqualTo(positives).isGreaterThan(7);

    PreselectRequest request =
        PreselectRequest.newBuilder().setNNeg(9).addWindowDims(16).addWindowDims(16).build();
    Pool pool = client.regions().preselect(request);
    assertThat(pool.getNegatives()).isEqualTo(9);
    List<Long> images = new ArrayList<>();
    client
        .regions()
        .negatives(pool.getName())
        .forEach(page -> images.addAll(page.getImageIdsList()));
    assertThat(images).hasSize(9);
    GetItemRequest last =
        GetItemRequest.newBuilder().setPool(pool.getName()).setIndex(positives + 8).build();
    assertThat(client.regions().item(last).getItem().getNegative()).isTrue();

    GridSpec spec =
        GridSpec.newBuilder()
            .setTask(GridTask.GRID_TASK_IMAGE)
            .addWindowDims(32)
            .addWindowDims(48)
            .addOverlap(0)
            .build();
    Grid grid = client.grids().create(spec).getGrid();
    assertThat(grid.getWindows()).isEqualTo(6 * 3 * 2);
    assertThat(client.grids().windows(grid.getName())).hasSize(36);
    assertThat(client.grids().get(grid.getName())).isEqualTo(grid);
    PlanSpec plan =
        PlanSpec.newBuilder()
            .setBatchSize(10)
            .setSelection(Selection.newBuilder().setGrid(grid.getName()))
            .setInOrder(true)
            .build();
    try (BatchStream batches = client.batches(plan)) {
      assertThat(NdArray.of(batches.next().getPixels()).shape()).containsExactly(10L, 32L, 48L, 3L);
      assertThat(batches.header().getPlan().getSamples()).isEqualTo(36);
    }
  }

  @Test
  void errorsNameTheirReason() {
    assertThatThrownBy(() -> client.loadSample(Target.newBuilder().setImageId(999).build()))
        .isInstanceOfSatisfying(
            NdstreamException.class,
            e -> {
              assertThat(e.reason()).isEqualTo("UNKNOWN_IMAGE");
              assertThat(e.code()).isEqualTo(Code.NOT_FOUND);
              assertThat(e.metadata()).containsEntry("field", "target.image_id");
              assertThat(e.getMessage()).contains("999");
              assertThat(e.retryable()).isFalse();
            });
    PlanSpec bad =
        PLAN.toBuilder()
            .setBatchSize(0)
            .clearWindowDims()
            .addWindowDims(-1)
            .addWindowDims(4)
            .build();
    assertThatThrownBy(() -> client.batches(bad))
        .isInstanceOfSatisfying(
            NdstreamException.class,
            e ->
                assertThat(e.violations())
                    .extracting(Violation::field)
                    .anyMatch(f -> f.contains("batch_size"))
                    .anyMatch(f -> f.contains("window_dims")));
  }

  @Test
  void connectsOverTcp() {
    String ready =
        server
            .log()
            .lines()
            .filter(line -> line.contains("ndstream ready"))
            .findFirst()
            .orElseThrow();
    String tcp = ready.replaceAll(".*(tcp:\\S+).*", "$1");
    try (Client other = Client.connect(tcp);
        Client plain = Client.connect(tcp.substring("tcp:".length()))) {
      assertThat(other.dataset("")).isEqualTo(plain.dataset("")).isEqualTo(client.dataset(""));
    }
  }

  @Test
  void saysWhyAServerCannotBeHad() {
    ClientOptions hasty = ClientOptions.DEFAULT.withConnect(Duration.ofMillis(200));
    assertReason("SERVER_UNREACHABLE", () -> Client.connect("unix:/nonexistent/socket", hasty));
    assertReason("BAD_ARGUMENT", () -> Client.connect("somewhere", hasty));
    assertReason("MISSING_MANIFEST", () -> LocalServer.start(List.of("/nonexistent.json")));
    assertReason(
        "SERVER_NOT_FOUND",
        () -> LocalServer.start(Duration.ofSeconds(1), Map.of("PATH", "/nonexistent"), List.of()));
  }

  @Test
  void aServerWithoutAWordIsToldToo(@TempDir Path home) throws IOException {
    Path program = Files.createDirectory(home.resolve("bin")).resolve("ndstream");
    Files.writeString(program, "#!/bin/sh\nexit 1\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Map<String, String> environment = Map.of("NDSTREAM_HOME", home.toString());
    assertThatThrownBy(() -> LocalServer.start(Duration.ofMinutes(1), environment, List.of()))
        .hasMessageContaining("SERVER_NOT_STARTED")
        .hasMessageContaining("ended with status 1; it wrote nothing");
  }

  private static void assertReason(String reason, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            NdstreamException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static Slice slice(int start, int stop) {
    return Slice.newBuilder().setStart(start).setStop(stop).build();
  }
}
