package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.ndstream.toy.ToyDatasets;
import io.ndstream.v1.Batch;
import io.ndstream.v1.GetStatisticsRequest;
import io.ndstream.v1.MaskOptions;
import io.ndstream.v1.PlanSpec;
import io.ndstream.v1.ServerServiceGrpc;
import io.ndstream.v1.SharedElements;
import io.ndstream.v1.StreamBatchesRequest;
import io.ndstream.v1.StreamBatchesResponse;
import io.ndstream.v1.StreamHeader;
import io.ndstream.v1.StreamServiceGrpc;
import io.ndstream.v1.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches in shared memory: the same as those in messages, and nothing left of them. */
class SharedMemoryRpcTest {
  private static final PlanSpec SPEC =
      PlanSpec.newBuilder().setBatchSize(4).addWindowDims(32).addWindowDims(24).build();

  @TempDir private Path directory;
  private Path manifest;
  private RunningServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() {
    manifest = ToyDatasets.materialise("vidshapes4-frames6-gsize128", directory);
    start(directory, 8 << 20);
  }

  private void start(Path memory, long budgetBytes) {
    server = new RunningServer(directory, memory, 2, budgetBytes, manifest);
    channel = server.connect();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    Eventually.assertHolds("no bytes claimed", () -> server.budget.used() == 0);
    Eventually.assertHolds("no files", () -> segments() == 0);
    channel.shutdownNow();
    server.close();
    assertThat(server.segments.path()).doesNotExist();
  }

  /** Files of the server's directory beside its lock. */
  private long segments() throws IOException {
    try (Stream<Path> files = Files.list(server.segments.path())) {
      return files.count() - 1;
    }
  }

  private static StreamBatchesRequest.Builder request(PlanSpec spec) {
    return StreamBatchesRequest.newBuilder().setSpec(spec).setSharedMemory(true);
  }

  private static Iterator<StreamBatchesResponse> stream(
      ManagedChannel to, StreamBatchesRequest request) {
    return StreamServiceGrpc.newBlockingStub(to)
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .streamBatches(request);
  }

  private List<Batch> inMessages(PlanSpec spec) {
    return received(channel, request(spec).setSharedMemory(false).build(), batch -> {});
  }

  private static List<Batch> received(
      ManagedChannel to, StreamBatchesRequest request, Consumer<Batch> each) {
    List<Batch> all = new ArrayList<>();
    stream(to, request)
        .forEachRemaining(
            event -> {
              if (event.hasBatch()) {
                all.add(event.getBatch().toBuilder().clearTimes().build());
                each.accept(event.getBatch());
              }
            });
    return all;
  }

  private static boolean isShared(Batch batch) {
    return Stream.concat(Stream.of(batch.getPixels()), batch.getRaggedList().stream())
        .anyMatch(Tensor::hasShared);
  }

  /** A client that maps segments, once each. */
  private final class Mappings {
    private final Map<String, ByteBuffer> mapped = new HashMap<>();

    private ByteBuffer map(String segment) {
      return mapped.computeIfAbsent(
          segment,
          name -> {
            try (RandomAccessFile file =
                new RandomAccessFile(server.segments.path().resolve(name).toFile(), "rw")) {
              return file.getChannel()
                  .map(MapMode.READ_WRITE, 0, file.length())
                  .order(ByteOrder.LITTLE_ENDIAN);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }

    void map(Batch batch) {
      mark(batch, 2);
    }

    void giveBack(Batch batch) {
      mark(batch, 0);
    }

    private void mark(Batch batch, int place) {
      if (isShared(batch)) {
        ByteBuffer file = map(segment(batch));
        file.putInt(file.capacity() - Integer.BYTES, place);
      }
    }

    private String segment(Batch batch) {
      return batch.hasPixels()
          ? batch.getPixels().getShared().getSegment()
          : batch.getRaggedList().stream()
              .filter(Tensor::hasShared)
              .findFirst()
              .orElseThrow()
              .getShared()
              .getSegment();
    }

    /** The batch as it would have come in a message. */
    Batch inMessage(Batch batch) {
      Batch.Builder whole = batch.toBuilder();
      if (batch.hasPixels()) {
        whole.setPixels(inMessage(batch.getPixels()));
      }
      if (batch.hasClassMask()) {
        whole.setClassMask(inMessage(batch.getClassMask()));
      }
      if (batch.hasInstanceMask()) {
        whole.setInstanceMask(inMessage(batch.getInstanceMask()));
      }
      for (int i = 0; i < batch.getRaggedCount(); i++) {
        whole.setRagged(i, inMessage(batch.getRagged(i)));
      }
      return whole.build();
    }

    private Tensor inMessage(Tensor tensor) {
      if (!tensor.hasShared()) {
        return tensor;
      }
      SharedElements where = tensor.getShared();
      ByteBuffer file = map(where.getSegment());
      ByteString data =
          ByteString.copyFrom(file.slice((int) where.getOffset(), (int) where.getLength()));
      return tensor.toBuilder().clearShared().setData(data).build();
    }
  }

  @Test
  void bothTransportsGiveTheSameBytes() throws Exception {
    PlanSpec.Builder masks = SPEC.toBuilder();
    masks
        .getAnnotationsBuilder()
        .setMasks(MaskOptions.newBuilder().setClassMask(true).setInstanceMask(true));
    for (PlanSpec spec :
        List.of(SPEC, masks.build(), SPEC.toBuilder().clearWindowDims().setRagged(true).build())) {
      Mappings mappings = new Mappings();
      List<Batch> shared = new ArrayList<>();
      received(
          channel,
          request(spec).build(),
          batch -> {
            assertThat(isShared(batch)).isTrue();
            shared.add(mappings.inMessage(batch.toBuilder().clearTimes().build()));
            mappings.giveBack(batch);
          });
      assertThat(shared).isEqualTo(inMessages(spec));
    }
  }

  @Test
  void whoKeepsAllBatchesHasThemRightAlsoAfterTheStream() throws Exception {
    nothingIsLeft();
    start(directory, 1 << 20);
    PlanSpec large =
        SPEC.toBuilder().clearWindowDims().addWindowDims(120).addWindowDims(120).build();
    Mappings mappings = new Mappings();
    List<Batch> kept = received(channel, request(large).build(), mappings::map);
    Eventually.assertHolds("no files", () -> segments() == 0);
    assertThat(kept)
        .anyMatch(SharedMemoryRpcTest::isShared)
        .as("the client keeps too much")
        .anyMatch(batch -> !isShared(batch));
    assertThat(kept.stream().map(mappings::inMessage).toList()).isEqualTo(inMessages(large));
  }

  @Test
  void segmentsGivenBackInAnyOrderAreUsedAgain() throws Exception {
    nothingIsLeft();
    start(directory, 2 << 20);
    PlanSpec small =
        SPEC.toBuilder()
            .setBatchSize(2)
            .clearWindowDims()
            .addWindowDims(120)
            .addWindowDims(120)
            .build();
    Mappings mappings = new Mappings();
    List<Batch> held = new ArrayList<>();
    List<Batch> copies = new ArrayList<>();
    received(
        channel,
        request(small).build(),
        batch -> {
          mappings.map(batch);
          held.add(batch);
          if (held.size() == 3) {
            for (int i : new int[] {1, 2, 0}) {
              copies.add(mappings.inMessage(held.get(i)).toBuilder().clearTimes().build());
              mappings.giveBack(held.get(i));
            }
            held.clear();
          }
        });
    held.forEach(batch -> copies.add(mappings.inMessage(batch).toBuilder().clearTimes().build()));
    assertThat(copies).containsExactlyInAnyOrderElementsOf(inMessages(small));
    assertThat(mappings.mapped.size())
        .as("segments for %d batches", copies.size())
        .isLessThan(copies.size());
  }

  @Test
  void aSlowClientIsWaitedForAndNotSentMoreThanItTakes() throws Exception {
    Iterator<StreamBatchesResponse> events = stream(channel, request(SPEC).build());
    assertThat(events.next().hasHeader()).isTrue();
    Mappings mappings = new Mappings();
    for (long taken = 0; events.hasNext(); taken++) {
      Thread.sleep(20);
      assertThat(batchesSent()).isLessThanOrEqualTo(taken + 2);
      StreamBatchesResponse event = events.next();
      if (event.hasBatch()) {
        assertThat(isShared(event.getBatch())).isTrue();
        mappings.map(event.getBatch());
      }
    }
  }

  private long batchesSent() {
    return ServerServiceGrpc.newBlockingStub(channel)
        .getStatistics(GetStatisticsRequest.getDefaultInstance())
        .getBatches();
  }

  @Test
  void clientsThatVanishWithBatchesLeaveNothing() throws Exception {
    for (int i = 0; i < 50; i++) {
      ManagedChannel doomed = server.connect();
      Iterator<StreamBatchesResponse> events = stream(doomed, request(SPEC).setEpoch(i).build());
      for (int n = 0; n < 1 + i % 3 && events.hasNext(); n++) {
        events.next();
      }
      doomed.shutdownNow();
      assertThat(doomed.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aLoopbackIsThisMachineToo() throws Exception {
    ManagedChannel tcp = server.connectOverTcp();
    assertThat(received(tcp, request(SPEC).build(), new Mappings()::map))
        .allMatch(SharedMemoryRpcTest::isShared);
    tcp.shutdownNow();
  }

  @Test
  void theHeaderNamesTheDirectoryToWhomAsksOnly() {
    assertThat(header(request(SPEC)).getSegmentDirectory())
        .isEqualTo(server.segments.path().toString());
    assertThat(header(request(SPEC).setSharedMemory(false)).getSegmentDirectory()).isEmpty();
  }

  private StreamHeader header(StreamBatchesRequest.Builder request) {
    Iterator<StreamBatchesResponse> events = stream(channel, request.setMaxBatches(1).build());
    StreamHeader header = events.next().getHeader();
    new Mappings().map(events.next().getBatch());
    assertThat(events.next().hasTrailer()).isTrue();
    return header;
  }

  @Test
  void whereTheFileSystemIsFullBatchesComeInMessages(@TempDir Path mountPoint) throws Exception {
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mountPoint.toString()),
        "may not mount a small file system");
    nothingIsLeft();
    start(mountPoint, 8 << 20);
    try {
      Mappings mappings = new Mappings();
      List<Batch> kept = received(channel, request(SPEC).build(), mappings::map);
      assertThat(kept).anyMatch(SharedMemoryRpcTest::isShared).anyMatch(batch -> !isShared(batch));
      assertThat(kept.stream().map(mappings::inMessage).toList()).isEqualTo(inMessages(SPEC));
    } finally {
      nothingIsLeft();
      run("umount", "--lazy", mountPoint.toString());
      start(directory, 8 << 20);
    }
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }
}
