package io.ndstream.rpc;

import io.grpc.stub.StreamObserver;
import io.ndstream.batch.StageMeters;
import io.ndstream.pixels.ByteBudget;
import io.ndstream.pixels.DType;
import io.ndstream.v1.GetServerInfoRequest;
import io.ndstream.v1.GetServerInfoResponse;
import io.ndstream.v1.GetStatisticsRequest;
import io.ndstream.v1.GetStatisticsResponse;
import io.ndstream.v1.ServerServiceGrpc;
import io.ndstream.v1.Stage;
import io.ndstream.wire.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** What this server is and how it does. */
public final class ServerRpc extends ServerServiceGrpc.ServerServiceImplBase {
  private static final String API_VERSION = "ndstream.v1";

  private final Facts facts;
  private final StageMeters meters;
  private final ByteBudget budget;
  private final Supplier<Integer> streams;
  private final Supplier<FrameCounts> frames;
  private final long start = System.nanoTime();

  /**
   * What does not change.
   *
   * @param drivers GDAL's short names of the raster formats it can open
   */
  public record Facts(
      String version, String gdalVersion, List<String> drivers, int workers, long largestMessage) {}

  /** What the readers hold now. */
  public record FrameCounts(long openHandles, long cacheHits, long cacheMisses, long cacheBytes) {}

  ServerRpc(
      Facts facts,
      StageMeters meters,
      ByteBudget budget,
      Supplier<Integer> streams,
      Supplier<FrameCounts> frames) {
    this.facts = facts;
    this.meters = meters;
    this.budget = budget;
    this.streams = streams;
    this.frames = frames;
  }

  @Override
  public void getServerInfo(
      GetServerInfoRequest request, StreamObserver<GetServerInfoResponse> to) {
    Answers.give(
        to,
        () ->
            GetServerInfoResponse.newBuilder()
                .setVersion(facts.version())
                .setApiVersion(API_VERSION)
                .setGdalVersion(facts.gdalVersion())
                .setJavaVersion(Runtime.version().toString())
                .addAllDrivers(facts.drivers())
                .addAllDtypes(Arrays.stream(DType.values()).map(Tensors::dtype).toList())
                .setMaxMessageBytes(facts.largestMessage())
                .setMemoryBudgetBytes(budget.limit())
                .setWorkers(facts.workers())
                .build());
  }

  @Override
  public void getStatistics(
      GetStatisticsRequest request, StreamObserver<GetStatisticsResponse> to) {
    Answers.give(to, this::statistics);
  }

  private GetStatisticsResponse statistics() {
    FrameCounts held = frames.get();
    GetStatisticsResponse.Builder answer =
        GetStatisticsResponse.newBuilder()
            .setUptimeNanos(System.nanoTime() - start)
            .setSamples(meters.samples())
            .setBatches(meters.batches())
            .setBytesSent(meters.bytesSent())
            .setOpenStreams(streams.get())
            .setBudgetUsedBytes(budget.used())
            .setOpenHandles(held.openHandles())
            .setCacheHits(held.cacheHits())
            .setCacheMisses(held.cacheMisses())
            .setCacheBytes(held.cacheBytes());
    for (StageMeters.Stage stage : StageMeters.Stage.values()) {
      answer.addStages(
          Stage.newBuilder()
              .setName(stage.label())
              .setCount(meters.count(stage))
              .setNanos(meters.nanos(stage)));
    }
    return answer.build();
  }
}
