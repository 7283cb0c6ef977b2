package io.ndstream.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.v1.Batch;
import io.ndstream.v1.GetBatchRequest;
import io.ndstream.v1.MaskOptions;
import io.ndstream.v1.PlanSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real server process that offers shared memory, enough for a few batches. */
class BatchSegmentsTest {
  private static final PlanSpec PLAN =
      PlanSpec.newBuilder().setBatchSize(2).addWindowDims(40).addWindowDims(24).build();

  @TempDir static Path directory;
  private static LocalServer server;
  private static Client client;

  @BeforeAll
  static void start() {
    server =
        LocalServer.start(
            List.of("toy:shapes6-gsize96"),
            "--shared-memory",
            directory.toString(),
            "--look-ahead",
            "32KiB");
    client = Client.connect(server.address());
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
    assertThat(directory).isEmptyDirectory();
  }

  private static List<Batch> stream(PlanSpec plan) {
    List<Batch> all = new ArrayList<>();
    try (BatchStream batches = client.batches(plan)) {
      assertThat(batches.header().getSegmentDirectory()).startsWith(directory.toString());
      batches.forEachRemaining(batch -> all.add(batch.toBuilder().clearTimes().build()));
    }
    return all;
  }

  @Test
  void batchesOfAStreamAreThoseThatComeInMessages() throws Exception {
    PlanSpec.Builder masks = PLAN.toBuilder();
    masks
        .getAnnotationsBuilder()
        .setMasks(MaskOptions.newBuilder().setClassMask(true).setInstanceMask(true));
    PlanSpec ragged = PLAN.toBuilder().clearWindowDims().setRagged(true).build();
    for (PlanSpec plan : List.of(PLAN, masks.build(), ragged)) {
      List<Batch> streamed = stream(plan);
      assertThat(streamed).hasSizeGreaterThan(3);
      for (int i = 0; i < streamed.size(); i++) {
        GetBatchRequest request = GetBatchRequest.newBuilder().setSpec(plan).setIndex(i).build();
        Batch sent = client.batch(request).toBuilder().clearTimes().build();
        assertThat(streamed.get(i).equals(sent)).as("batch %d, to the last byte", i).isTrue();
      }
      new SegmentFiles(directory).awaitNone();
    }
  }

  @Test
  void segmentsGoBackWhileTheirBatchesAreKept() throws Exception {
    try (BatchStream batches = client.batches(PLAN)) {
      List<Batch> kept = new ArrayList<>();
      while (batches.hasNext()) {
        kept.add(batches.next());
        assertThat(new SegmentFiles(directory).all()).hasSizeLessThanOrEqualTo(8);
      }
      assertThat(kept).hasSizeGreaterThan(20);
    }
    new SegmentFiles(directory).awaitNone();
  }

  @Test
  void leavingAStreamLeavesNothing() throws Exception {
    try (BatchStream batches = client.batches(PLAN)) {
      batches.next();
      assertThat(new SegmentFiles(directory).all()).isNotEmpty();
    }
    new SegmentFiles(directory).awaitNone();
  }
}
