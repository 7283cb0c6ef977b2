package io.ndstream.rpc;

import static io.ndstream.rpc.StitchingCalls.reason;
import static io.ndstream.rpc.StitchingCalls.request;
import static io.ndstream.rpc.StitchingCalls.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.toy.ToyDatasets;
import io.ndstream.v1.AbortRunRequest;
import io.ndstream.v1.CloseRunRequest;
import io.ndstream.v1.FinalizeImageRequest;
import io.ndstream.v1.FinishedRaster;
import io.ndstream.v1.FlushRequest;
import io.ndstream.v1.ListRunsRequest;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.WindowAck;
import io.ndstream.v1.WindowState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many windows, many runs, and runs that end while windows come: typed answers, and nothing kept.
 */
class StitchingAtOnceTest {
  private static final int SIDE = 64;

  @TempDir Path directory;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Path manifest;
  private RunningServer server;
  private ManagedChannel channel;
  private StitchingCalls calls;
  private Held before;

  @BeforeEach
  void start() throws Exception {
    manifest = ToyDatasets.materialise("shapes3-gsize64", directory);
    server = new RunningServer(directory, 2, 8 << 20, manifest);
    before = Held.by(server, directory);
    channel = server.connect();
    calls = new StitchingCalls(channel);
  }

  @AfterEach
  void nothingIsKept() throws Exception {
    for (var run :
        calls.stub.listRuns(ListRunsRequest.newBuilder().setPageSize(1000).build()).getRunsList()) {
      abort(run.getName());
    }
    Eventually.assertHolds(
        "no more is held than " + before, () -> Held.by(server, directory).isNoMoreThan(before));
    try (Stream<Path> left = Files.list(directory.resolve("stitch"))) {
      assertThat(left).isEmpty();
    }
    threads.shutdownNow();
    channel.shutdownNow();
    server.close();
  }

  private void abort(String run) {
    calls.stub.abortRun(AbortRunRequest.newBuilder().setRun(run).build());
  }

  private void close(String run) {
    calls.stub.closeRun(CloseRunRequest.newBuilder().setRun(run).setFinalizeAll(true).build());
  }

  private FinishedRaster finalizeImage(String run, long image) {
    FinalizeImageRequest request =
        FinalizeImageRequest.newBuilder().setRun(run).setImageId(image).build();
    return calls.stub.finalizeImage(request).getRaster();
  }

  /** Windows of one pixel each of an image. */
  private static List<StitchWindow> tiny(long image, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> window("w" + i, i % SIDE, i / SIDE % SIDE, 1, 1).setImageId(image).build())
        .toList();
  }

  /**
   * Adds windows from several threads; returns all acks, and reasons of streams that were ended.
   */
  private List<String> addAtOnce(String run, int streams, IntFunction<List<StitchWindow>> messages)
      throws Exception {
    List<Future<List<String>>> ends = new ArrayList<>();
    for (int stream = 0; stream < streams; stream++) {
      int first = stream;
      ends.add(threads.submit(() -> add(run, first, streams, messages)));
    }
    List<String> all = new ArrayList<>();
    for (Future<List<String>> end : ends) {
      all.addAll(end.get());
    }
    return all;
  }

  private List<String> add(
      String run, int first, int step, IntFunction<List<StitchWindow>> messages)
      throws InterruptedException {
    List<String> said = new ArrayList<>();
    try (StitchingCalls.Stream stream = calls.new Stream()) {
      for (int i = first; i < 400; i += step) {
        for (WindowAck ack : stream.add(run, messages.apply(i))) {
          said.add(
              ack.getState() == WindowState.WINDOW_STATE_REFUSED
                  ? ack.getError().getReason()
                  : ack.getState().name());
        }
      }
    } catch (StatusRuntimeException e) {
      said.add("ended by " + reason(e));
    }
    return said;
  }

  private static List<StitchWindow> block(int number) {
    return List.of(window("b" + number, number % 40, number % 30, 24, 24).build());
  }

  private static long count(List<String> said, String word) {
    return said.stream().filter(word::equals).count();
  }

  private <T> List<T> atOnce(int times, Callable<T> call) throws Exception {
    List<T> results = new ArrayList<>();
    for (Future<T> result : threads.invokeAll(Collections.nCopies(times, call))) {
      results.add(result.get());
    }
    return results;
  }

  @Test
  void tenThousandWindowsInOneMessage() throws Exception {
    calls.open("many");
    assertThat(calls.add("many", tiny(1, 10_000)))
        .allMatch(ack -> ack.getState() == WindowState.WINDOW_STATE_ACCEPTED, "accepted");
    assertThat(calls.run("many").getWindows()).isEqualTo(10_000);
    assertThat(Held.by(server, directory).objects()).containsKey("io.ndstream.stitch.Tile");
  }

  @Test
  void aMessageOverTheLimitEndsItsStreamOnly() throws Exception {
    calls.open("limit");
    calls.add("limit", tiny(1, 1));
    StitchWindow huge = window("huge", 0, 0, 9000, 9000).build();
    assertThat(reason(() -> adding("limit", huge))).isEqualTo("RESOURCE_EXHAUSTED");
    calls.add("limit", tiny(1, 2));
    assertThat(calls.run("limit").getWindows()).isEqualTo(2);
  }

  private List<WindowAck> adding(String run, StitchWindow window) {
    try {
      return calls.add(run, List.of(window));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void manyRuns() throws Exception {
    for (int i = 0; i < 200; i++) {
      calls.open("run" + i);
    }
    calls.add("run7", tiny(1, 1));
    assertThat(calls.run("run7").getWindows()).isEqualTo(1);
  }

  @Test
  void aRunIsAbortedWhileWindowsCome() throws Exception {
    calls.open("aborted");
    Future<List<String>> adding =
        threads.submit(() -> addAtOnce("aborted", 3, StitchingAtOnceTest::block));
    while (calls.run("aborted").getWindows() < 20) {
      Thread.onSpinWait();
    }
    abort("aborted");
    assertThat(Set.copyOf(adding.get()))
        .isSubsetOf("WINDOW_STATE_ACCEPTED", "UNKNOWN_RUN", "ended by UNKNOWN_RUN");
  }

  @Test
  void anImageIsFinalizedWhileWindowsCome() throws Exception {
    calls.open("finalized");
    Future<List<String>> adding =
        threads.submit(() -> addAtOnce("finalized", 3, StitchingAtOnceTest::block));
    while (calls.run("finalized").getWindows() < 20) {
      Thread.onSpinWait();
    }
    List<FinishedRaster> rasters = atOnce(4, () -> finalizeImage("finalized", 1));
    assertThat(Set.copyOf(rasters)).hasSize(1);
    List<String> said = adding.get();
    assertThat(Set.copyOf(said)).isSubsetOf("WINDOW_STATE_ACCEPTED", "FINALIZED");
    assertThat(calls.run("finalized").getWindows()).isEqualTo(count(said, "WINDOW_STATE_ACCEPTED"));
  }

  @Test
  void aRunIsAbortedWhileItsRasterIsWritten() throws Exception {
    for (int i = 0; i < 10; i++) {
      calls.open("gone");
      calls.add("gone", tiny(1, 1000));
      Future<String> raster = threads.submit(() -> reason(() -> finalizeImage("gone", 1)));
      Thread.sleep(i);
      abort("gone");
      assertThat(raster.get()).isIn("OK", "UNKNOWN_RUN");
      assertThat(reason(() -> finalizeImage("gone", 1))).isEqualTo("UNKNOWN_RUN");
    }
    try (Stream<Path> files = Files.walk(manifest.resolveSibling("_assets/pred"))) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("."))).isEmpty();
    }
  }

  @Test
  void runsOfOneManifestAreMergedAtOnce() throws Exception {
    List<String> runs = IntStream.range(0, 8).mapToObj(i -> "merged" + i).toList();
    List<Future<Void>> ends = new ArrayList<>();
    for (String run : runs) {
      calls.open(run);
      calls.add(run, tiny(2, 3));
      ends.add(
          threads.submit(
              () -> {
                finalizeImage(run, 2);
                calls.stub.flush(FlushRequest.newBuilder().setRun(run).build());
                return null;
              }));
    }
    for (Future<Void> end : ends) {
      end.get();
    }
    try (Dataset merged = Manifests.open(manifest, OpenOptions.strict())) {
      List<String> channels =
          merged.images().get(merged.imageRowOfId(2)).assets().stream()
              .flatMap(asset -> asset.channels().stream())
              .toList();
      assertThat(channels).containsAll(runs);
    }
  }

  @Test
  void aRunIsClosedTwiceAtOnce() throws Exception {
    calls.open("closed");
    calls.add("closed", tiny(3, 100));
    List<String> said =
        atOnce(
            4,
            () ->
                reason(
                    () ->
                        calls.stub.closeRun(
                            CloseRunRequest.newBuilder()
                                .setRun("closed")
                                .setFinalizeAll(true)
                                .build())));
    assertThat(said).contains("OK").isSubsetOf("OK", "UNKNOWN_RUN");
  }

  @Test
  void serversOfOneWorkdirKeepOutOfEachOthersRuns() throws Exception {
    calls.open("held");
    calls.add("held", tiny(1, 5));
    Path elsewhere = Files.createDirectory(directory.resolve("b"));
    Files.createSymbolicLink(elsewhere.resolve("stitch"), directory.resolve("stitch"));
    try (RunningServer other = new RunningServer(elsewhere, 2, 8 << 20, manifest)) {
      ManagedChannel second = other.connect();
      StitchingCalls others = new StitchingCalls(second);
      assertThat(reason(() -> others.run("held"))).isEqualTo("BUSY");
      assertThat(reason(() -> others.stub.openRun(request("held").build()))).isEqualTo("BUSY");
      assertThat(others.stub.listRuns(ListRunsRequest.getDefaultInstance()).getRunsList())
          .isEmpty();
      second.shutdownNow();
    }
    calls.add("held", tiny(1, 6));
    assertThat(calls.run("held").getWindows()).isEqualTo(6);
  }
}
