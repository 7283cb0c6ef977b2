package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ndstream.toy.ToyDatasets;
import io.ndstream.v1.Batch;
import io.ndstream.v1.Hole;
import io.ndstream.v1.OnUnreadable;
import io.ndstream.v1.PlanSpec;
import io.ndstream.v1.StreamBatchesRequest;
import io.ndstream.v1.StreamServiceGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One file of the data set is damaged and one is gone: what a stream does is the plan's choice, and
 * the same every time.
 */
class UnreadableFileTest {
  private static final PlanSpec SPEC =
      PlanSpec.newBuilder().setBatchSize(5).setSeed(1).addWindowDims(16).addWindowDims(16).build();

  @TempDir Path directory;
  private RunningServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    Path manifest = ToyDatasets.materialise("vidshapes2-frames5-gsize64", directory);
    List<Path> files;
    try (Stream<Path> all = Files.walk(manifest.getParent())) {
      files =
          all.filter(f -> f.toString().endsWith(".png") || f.toString().endsWith(".tif"))
              .sorted()
              .toList();
    }
    byte[] bytes = Files.readAllBytes(files.get(2));
    Files.write(files.get(2), Arrays.copyOf(bytes, bytes.length / 3));
    Files.delete(files.get(6));
    server = new RunningServer(directory, 2, 4 << 20, manifest);
    channel = server.connect();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow();
    Eventually.assertHolds("no bytes kept", () -> server.budget.used() == 0);
    Eventually.assertHolds("no handles lent", () -> server.handles.lentHandles() == 0);
    server.close();
  }

  private List<Batch> batches(PlanSpec spec) {
    List<Batch> all = new ArrayList<>();
    StreamServiceGrpc.newBlockingStub(channel)
        .streamBatches(StreamBatchesRequest.newBuilder().setSpec(spec).build())
        .forEachRemaining(e -> all.addAll(e.hasBatch() ? List.of(e.getBatch()) : List.of()));
    return all;
  }

  @Test
  void theStreamFailsAndNamesTheFile() {
    assertThatThrownBy(() -> batches(SPEC))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode())
                  .isIn(Status.Code.DATA_LOSS, Status.Code.NOT_FOUND);
              assertThat(e.getStatus().getDescription()).containsPattern("img_0000[37]");
            });
  }

  @Test
  void orItReportsHolesAtTheSamePlacesEveryTime() {
    PlanSpec spec = SPEC.toBuilder().setOnUnreadable(OnUnreadable.ON_UNREADABLE_HOLE).build();
    List<Batch> first = batches(spec);
    List<Batch> second = batches(spec);
    List<Hole> holes = first.stream().flatMap(b -> b.getHolesList().stream()).toList();
    assertThat(holes)
        .hasSize(4)
        .extracting(h -> h.getError().getReason())
        .contains("UNREADABLE_FILE", "MISSING_FILE");
    assertThat(second.stream().map(b -> b.toBuilder().clearTimes().build()).toList())
        .isEqualTo(first.stream().map(b -> b.toBuilder().clearTimes().build()).toList());
    Batch holed = first.stream().filter(b -> b.getHolesCount() > 0).findFirst().orElseThrow();
    int row = holed.getHoles(0).getRow();
    int bytes = 16 * 16 * 3;
    assertThat(holed.getPixels().getData().substring(row * bytes, (row + 1) * bytes).toByteArray())
        .containsOnly(0);
  }
}
