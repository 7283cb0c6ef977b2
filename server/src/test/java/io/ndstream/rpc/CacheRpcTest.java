package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.longrunning.CancelOperationRequest;
import com.google.longrunning.Operation;
import com.google.longrunning.OperationsGrpc;
import com.google.longrunning.WaitOperationRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ndstream.toy.ToyDatasets;
import io.ndstream.toy.ToyKey;
import io.ndstream.v1.CacheServiceGrpc;
import io.ndstream.v1.GetCacheRequest;
import io.ndstream.v1.PrepareDatasetProgress;
import io.ndstream.v1.PrepareDatasetRequest;
import io.ndstream.v1.PrepareDatasetResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheRpcTest {
  @TempDir Path directory;
  private RunningServer server;
  private ManagedChannel channel;
  private CacheServiceGrpc.CacheServiceBlockingStub caches;
  private OperationsGrpc.OperationsBlockingStub operations;

  @BeforeEach
  void start() {
    Path manifest =
        ToyDatasets.write(
            ToyKey.parse("shapes", Map.of("num_images", "6", "image_size", "64")),
            directory.resolve("toy"));
    server = new RunningServer(directory, 2, 64 << 20, manifest);
    channel = server.connect();
    caches = CacheServiceGrpc.newBlockingStub(channel);
    operations = OperationsGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow();
    server.close();
    assertThat(server.handles.lentHandles()).isZero();
  }

  private PrepareDatasetResult prepare(PrepareDatasetRequest request) throws Exception {
    Operation started = caches.prepareDataset(request).getOperation();
    Operation done =
        operations.waitOperation(
            WaitOperationRequest.newBuilder().setName(started.getName()).build());
    assertThat(done.getDone()).isTrue();
    assertThat(done.getMetadata().unpack(PrepareDatasetProgress.class).getFiles()).isPositive();
    return done.getResponse().unpack(PrepareDatasetResult.class);
  }

  @Test
  void preparesByShardsOnceEach() throws Exception {
    PrepareDatasetProgress dry =
        prepare(PrepareDatasetRequest.newBuilder().setDryRun(true).build()).getProgress();
    assertThat(List.of(dry.getFiles(), dry.getMade())).containsExactly(6L, 0L);
    assertThat(dry.getBytes()).isEqualTo(6 * 64 * 64 * 3);
    long made = 0;
    for (int shard = 0; shard < 2; shard++) {
      PrepareDatasetProgress part =
          prepare(PrepareDatasetRequest.newBuilder().setShard(shard).setShards(2).build())
              .getProgress();
      assertThat(part.getFiles()).isEqualTo(3);
      made += part.getMade();
    }
    assertThat(made).isEqualTo(6);
    PrepareDatasetProgress again =
        prepare(PrepareDatasetRequest.getDefaultInstance()).getProgress();
    assertThat(List.of(again.getFilesDone(), again.getMade(), again.getFailed()))
        .containsExactly(6L, 0L, 0L);
    assertThat(caches.getCache(GetCacheRequest.getDefaultInstance()).getBuilt()).isEqualTo(6);
    assertThat(caches.getCache(GetCacheRequest.getDefaultInstance()).getBackend()).isEqualTo("npy");
  }

  @Test
  void tellsWhichFilesFailed() throws Exception {
    Path broken;
    try (Stream<Path> files = Files.walk(directory.resolve("toy"))) {
      broken = files.filter(f -> f.toString().endsWith(".png")).sorted().findFirst().orElseThrow();
    }
    Files.writeString(broken, "no image");
    PrepareDatasetResult result = prepare(PrepareDatasetRequest.getDefaultInstance());
    assertThat(result.getProgress().getFailed()).isEqualTo(1);
    assertThat(result.getProgress().getMade()).isEqualTo(5);
    assertThat(result.getFailures(0).getFile()).isEqualTo(broken.toString());
    assertThat(result.getFailures(0).getError().getReason())
        .isIn("UNREADABLE_FILE", "SOURCE_CHANGED");
  }

  @Test
  void canBeCancelled() {
    Operation started =
        caches.prepareDataset(PrepareDatasetRequest.getDefaultInstance()).getOperation();
    operations.cancelOperation(
        CancelOperationRequest.newBuilder().setName(started.getName()).build());
    Operation done =
        operations.waitOperation(
            WaitOperationRequest.newBuilder().setName(started.getName()).build());
    assertThat(done.getDone()).isTrue();
    assertThat(done.getError().getCode())
        .isIn(Status.Code.CANCELLED.value(), Status.Code.OK.value());
  }

  @Test
  void refusesShardsThatDoNotExist() {
    assertThatThrownBy(
            () ->
                caches.prepareDataset(
                    PrepareDatasetRequest.newBuilder().setShard(2).setShards(2).build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
  }
}
