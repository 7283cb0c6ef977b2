package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.ndstream.toy.ToyDatasets;
import io.ndstream.v1.Batch;
import io.ndstream.v1.CreatePlanRequest;
import io.ndstream.v1.GetBatchRequest;
import io.ndstream.v1.Plan;
import io.ndstream.v1.PlanServiceGrpc;
import io.ndstream.v1.PlanSpec;
import io.ndstream.v1.Remainder;
import io.ndstream.v1.Selection;
import io.ndstream.v1.StreamBatchesRequest;
import io.ndstream.v1.StreamBatchesResponse;
import io.ndstream.v1.StreamServiceGrpc;
import io.ndstream.v1.Target;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamRpcTest {
  private static final PlanSpec SPEC =
      PlanSpec.newBuilder()
          .setBatchSize(4)
          .setSeed(7)
          .addWindowDims(32)
          .addWindowDims(24)
          .setSelection(Selection.newBuilder().setNegToPosRatio(0.5).setNegativeThresh(0.3))
          .build();

  @TempDir static Path directory;
  private static Path manifest;
  private static RunningServer server;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() {
    manifest = ToyDatasets.materialise("vidshapes4-frames6-gsize128", directory);
    server = new RunningServer(directory, 3, 8 << 20, manifest);
    channel = server.connect();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    channel.shutdownNow();
    server.close();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    Eventually.assertHolds("no bytes claimed", () -> server.budget.used() == 0);
    Eventually.assertHolds("no threads of streams", () -> streamThreads() == 0);
    Eventually.assertHolds("no handles lent", () -> server.handles.lentHandles() == 0);
    Eventually.assertHolds("no queued samples", () -> server.workers.queued() == 0);
  }

  private static long streamThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith("ndstream-stream"))
        .count();
  }

  private static StreamServiceGrpc.StreamServiceBlockingStub streams() {
    return StreamServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  private static Plan plan(PlanSpec spec) {
    return PlanServiceGrpc.newBlockingStub(channel)
        .createPlan(CreatePlanRequest.newBuilder().setSpec(spec).build())
        .getPlan();
  }

  private static List<Batch> batches(StreamBatchesRequest request) {
    List<Batch> all = new ArrayList<>();
    streams()
        .streamBatches(request)
        .forEachRemaining(
            event -> {
              if (event.hasBatch()) {
                all.add(event.getBatch());
              }
            });
    return all;
  }

  private static StreamBatchesRequest.Builder whole() {
    return StreamBatchesRequest.newBuilder().setSpec(SPEC);
  }

  private static long[] longs(io.ndstream.v1.Tensor tensor) {
    LongBuffer buffer =
        tensor.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    long[] values = new long[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  @Test
  void anEpochHasEverySampleOnce() {
    Plan plan = plan(SPEC);
    List<Batch> all = batches(whole().build());
    List<Long> ids =
        all.stream().flatMap(b -> LongStream.of(longs(b.getSampleIds())).boxed()).toList();
    assertThat(ids).hasSize((int) plan.getSamples()).doesNotHaveDuplicates();
    assertThat(plan.getNegatives()).isEqualTo(plan.getPositives() / 2);
    assertThat(all).hasSize((int) plan.getBatches());
    assertThat(all.get(0).getPixels().getShapeList()).containsExactly(4L, 32L, 24L, 3L);
    assertThat(all.get(0).getPixels().getAxes()).isEqualTo("NHWC");
    assertThat(all.get(0).getPixels().getData().size()).isEqualTo(4 * 32 * 24 * 3);
    Set<Long> positives = new HashSet<>();
    for (Batch b : all) {
      LongStream.of(longs(b.getAnnotationIds()))
          .filter(id -> id >= 0)
          .forEach(id -> assertThat(positives.add(id)).isTrue());
    }
    assertThat(positives).hasSize((int) plan.getPositives());
  }

  @Test
  void resumingAnywhereGivesTheSameTail() {
    List<Batch> all = batches(whole().setEpoch(2).build());
    for (int i = 0; i < all.size(); i++) {
      List<Batch> tail = batches(whole().setResumeToken(all.get(i).getResumeToken()).build());
      assertThat(tail.stream().map(StreamRpcTest::content))
          .isEqualTo(all.subList(i + 1, all.size()).stream().map(StreamRpcTest::content).toList());
    }
  }

  @Test
  void aBatchByPositionIsTheOneOfTheStream() {
    List<Batch> all = batches(whole().setEpoch(1).setShard(1).setShards(2).build());
    for (int i = 0; i < all.size(); i++) {
      Batch one =
          streams()
              .getBatch(
                  GetBatchRequest.newBuilder()
                      .setSpec(SPEC)
                      .setEpoch(1)
                      .setIndex(i)
                      .setShard(1)
                      .setShards(2)
                      .build())
              .getBatch();
      assertThat(content(one)).isEqualTo(content(all.get(i)));
    }
  }

  @Test
  void theNumberOfThreadsChangesNoByte(@TempDir Path other) throws Exception {
    try (RunningServer single = new RunningServer(other, 1, 4 << 20, manifest)) {
      ManagedChannel to = single.connect();
      List<Batch> theirs = new ArrayList<>();
      StreamServiceGrpc.newBlockingStub(to)
          .streamBatches(whole().build())
          .forEachRemaining(e -> theirs.addAll(e.hasBatch() ? List.of(e.getBatch()) : List.of()));
      to.shutdownNow();
      assertThat(theirs.stream().map(StreamRpcTest::content).toList())
          .isEqualTo(batches(whole().build()).stream().map(StreamRpcTest::content).toList());
    }
  }

  /** Everything but the measured times. */
  private static Batch content(Batch batch) {
    return batch.toBuilder().clearTimes().build();
  }

  @Test
  void fiftyClientsThatVanishLeaveNothing() throws InterruptedException {
    for (int i = 0; i < 50; i++) {
      ManagedChannel doomed = server.connect();
      Iterator<StreamBatchesResponse> events =
          StreamServiceGrpc.newBlockingStub(doomed).streamBatches(whole().setEpoch(i).build());
      for (int n = 0; n < 1 + i % 4 && events.hasNext(); n++) {
        events.next();
      }
      doomed.shutdownNow();
      assertThat(doomed.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aClientThatDoesNotReadDoesNotStopAnother() {
    ManagedChannel lazy = server.connect();
    PlanSpec large =
        SPEC.toBuilder()
            .setBatchSize(16)
            .clearWindowDims()
            .addWindowDims(120)
            .addWindowDims(120)
            .build();
    Iterator<StreamBatchesResponse> unread =
        StreamServiceGrpc.newBlockingStub(lazy)
            .streamBatches(StreamBatchesRequest.newBuilder().setSpec(large).build());
    assertThat(unread.next().hasHeader()).isTrue();
    assertThat(batches(whole().build())).isNotEmpty();
    lazy.shutdownNow();
  }

  @Test
  void everyMistakeIsNamedAtOnce() {
    PlanSpec bad =
        PlanSpec.newBuilder()
            .setBatchSize(0)
            .addWindowDims(-3)
            .addWindowDims(10)
            .setSelection(
                Selection.newBuilder().setNegToPosRatio(-1).setNegatives(3).setNegativeThresh(7))
            .setTemplate(Target.newBuilder().setImageId(3))
            .build();
    assertThatThrownBy(() -> plan(bad))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.INVALID_ARGUMENT);
              assertThat(fields(e))
                  .containsExactlyInAnyOrder(
                      "spec.batch_size",
                      "spec.window_dims",
                      "spec.selection.neg_to_pos_ratio",
                      "spec.selection.neg_to_pos_ratio",
                      "spec.selection.negative_thresh",
                      "spec.template");
            });
  }

  @Test
  void channelsThatNoFileHasAreNamed() {
    PlanSpec spec =
        SPEC.toBuilder().setTemplate(Target.newBuilder().setChannels("r|infrared")).build();
    assertThatThrownBy(() -> plan(spec))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(info(e).getReason()).isEqualTo("BAD_CHANNELS");
              assertThat(e.getStatus().getDescription()).contains("infrared").contains("[b, g, r]");
            });
  }

  @Test
  void aBatchThatCanNeverFitIsRefusedWithTheNumbers() {
    PlanSpec huge =
        SPEC.toBuilder()
            .setBatchSize(1000)
            .clearWindowDims()
            .addWindowDims(120)
            .addWindowDims(120)
            .build();
    assertReason("OVER_BUDGET", StreamBatchesRequest.newBuilder().setSpec(huge).build());
    assertReason("OVER_BUDGET", whole().setMaxMessageBytes(1000).build());
    PlanSpec few =
        SPEC.toBuilder()
            .setBatchSize(200)
            .setSelection(Selection.newBuilder().setNegatives(0))
            .build();
    long most = plan(few).getBatchBytes() - 1;
    assertThat(
            batches(
                StreamBatchesRequest.newBuilder().setSpec(few).setMaxMessageBytes(most).build()))
        .as("what an incomplete batch would be if it were complete does not count")
        .hasSize(1);
    for (StreamBatchesRequest request :
        List.of(
            StreamBatchesRequest.newBuilder().setSpec(huge).build(),
            whole().setMaxMessageBytes(1000).build())) {
      assertThatThrownBy(() -> streams().streamBatches(request).next())
          .as("before the header")
          .isInstanceOf(StatusRuntimeException.class);
    }
  }

  @Test
  void wrongStartsAreRefused() {
    assertReason("OUT_OF_RANGE", whole().setStartBatch(100_000).build());
    assertReason("BAD_RESUME_TOKEN", whole().setResumeToken("nonsense").build());
    assertReason(
        "UNKNOWN_PLAN", StreamBatchesRequest.newBuilder().setPlan("0123456789abcdef").build());
    assertReason("BAD_ARGUMENT", whole().setShard(2).setShards(2).build());
    assertReason("BAD_ARGUMENT", StreamBatchesRequest.getDefaultInstance());
    String elsewhere = batches(whole().build()).get(0).getResumeToken();
    PlanSpec other = SPEC.toBuilder().setSeed(8).build();
    assertReason(
        "DATASET_CHANGED",
        StreamBatchesRequest.newBuilder().setSpec(other).setResumeToken(elsewhere).build());
  }

  @Test
  void droppingTheRemainderLeavesFullBatchesOnly() {
    PlanSpec drop = SPEC.toBuilder().setBatchSize(5).setRemainder(Remainder.REMAINDER_DROP).build();
    assertThat(batches(StreamBatchesRequest.newBuilder().setSpec(drop).build()))
        .allSatisfy(b -> assertThat(b.getPixels().getShape(0)).isEqualTo(5));
  }

  @Test
  void aRaggedBatchHasOneTensorASample() {
    PlanSpec ragged = SPEC.toBuilder().clearWindowDims().setRagged(true).clearSelection().build();
    List<Batch> all = batches(StreamBatchesRequest.newBuilder().setSpec(ragged).build());
    assertThat(all)
        .allSatisfy(
            b -> assertThat(b.getRaggedCount()).isEqualTo((int) b.getSampleIds().getShape(0)));
    assertThat(
            all.stream()
                .flatMap(b -> b.getRaggedList().stream())
                .map(t -> t.getShapeList())
                .distinct()
                .count())
        .isGreaterThan(1);
  }

  private static void assertReason(String reason, StreamBatchesRequest request) {
    assertThatThrownBy(() -> batches(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(info(e).getReason()).isEqualTo(reason));
  }

  private static ErrorInfo info(StatusRuntimeException e) {
    return detail(e, ErrorInfo.class);
  }

  private static List<String> fields(StatusRuntimeException e) {
    return detail(e, BadRequest.class).getFieldViolationsList().stream()
        .map(BadRequest.FieldViolation::getField)
        .toList();
  }

  private static <T extends com.google.protobuf.Message> T detail(
      StatusRuntimeException e, Class<T> type) {
    return StatusProto.fromThrowable(e).getDetailsList().stream()
        .filter(any -> any.is(type))
        .map(
            any -> {
              try {
                return any.unpack(type);
              } catch (com.google.protobuf.InvalidProtocolBufferException x) {
                throw new AssertionError(x);
              }
            })
        .findFirst()
        .orElseThrow();
  }
}
