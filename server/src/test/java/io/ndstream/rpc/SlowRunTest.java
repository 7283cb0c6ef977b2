package io.ndstream.rpc;

import static io.ndstream.rpc.StitchingCalls.reason;
import static io.ndstream.rpc.StitchingCalls.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.ndstream.toy.ToyDatasets;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that takes as long to be taken up again as the test likes: what a server reads of it first
 * is a pipe.
 */
class SlowRunTest {
  @TempDir Path directory;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Path manifest;
  private RunningServer server;
  private ManagedChannel channel;
  private StitchingCalls calls;

  @BeforeEach
  void start() throws Exception {
    manifest = ToyDatasets.materialise("shapes3-gsize64", directory);
    connect();
    for (String run : List.of("slow", "other")) {
      calls.open(run);
      calls.add(run, List.of(window("w", 0, 0, 8, 8).build()));
    }
    stop();
    connect();
  }

  private void connect() {
    server = new RunningServer(directory, 2, 8 << 20, manifest);
    channel = server.connect();
    calls = new StitchingCalls(channel);
  }

  @AfterEach
  void end() throws Exception {
    threads.shutdownNow();
    stop();
  }

  private void stop() throws Exception {
    channel.shutdownNow();
    server.close();
    server.services.close(); // lets go of the runs
  }

  @Test
  void othersDoNotWaitAndItsFailureIsNotKept() throws Exception {
    Path request = directory.resolve("stitch/slow/request");
    Path aside = Files.move(request, request.resolveSibling("aside"));
    assertThat(new ProcessBuilder("mkfifo", request.toString()).start().waitFor()).isZero();
    Future<String> slow = threads.submit(() -> reason(() -> calls.run("slow")));
    Future<OutputStream> reading = threads.submit(() -> Files.newOutputStream(request));
    try (OutputStream pipe = reading.get()) { // opens when the server reads
      assertThat(calls.run("other").getWindows()).isEqualTo(1);
      calls.open("new");
      assertThat(slow).isNotDone();
      pipe.write(new byte[] {-1});
    }
    assertThat(slow.get()).isEqualTo("CORRUPT_SPILL");
    Files.delete(request);
    Files.move(aside, request);
    assertThat(calls.run("slow").getWindows()).isEqualTo(1);
  }
}
