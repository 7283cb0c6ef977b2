package io.ndstream.bench.stitch;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.ndstream.bench.conform.ServerUnderTest;
import io.ndstream.v1.AbortRunRequest;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.StitchServiceGrpc;
import io.ndstream.v1.StitchSpace;
import io.ndstream.v1.StitchWindow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Windows of 512² float32 through the built server, in messages of eight, two of them on the way in
 * every stream: windows and MB a second until all are acknowledged as on the disk. Client and
 * server share the machine.
 */
final class ServedWindows {
  private static final int A_MESSAGE = 8;
  private static final int ON_THE_WAY = 2;

  private final Channel channel;
  private final int messages;

  private ServedWindows(Channel channel, int messages) {
    this.channel = channel;
    this.messages = messages;
  }

  /**
   * @param messages in all, of one band; of three a third
   */
  static void run(Path home, int messages)
      throws IOException, InterruptedException, ExecutionException {
    Path bundle = Files.createTempDirectory("ndstream-served-windows");
    Path manifest = StitchBench.manifest(bundle, StitchBench.SIDE);
    System.out.printf("%-24s %10s %10s%n", "512² windows, streams", "windows/s", "MB/s");
    try (ServerUnderTest server = new ServerUnderTest(home)) {
      Channel channel = server.serve(Map.of("d", manifest));
      for (int bands : new int[] {1, 3}) {
        ServedWindows served = new ServedWindows(channel, messages / bands);
        served.measure("warm-up", bands, 2);
        for (int streams : new int[] {1, 2, 4}) {
          double seconds = served.measure("run", bands, streams);
          double windows = messages / bands / streams * streams * A_MESSAGE / seconds;
          System.out.printf(
              Locale.ROOT,
              "%-24s %10.0f %10.0f%n",
              bands + " bands, " + streams,
              windows,
              windows * bands * 4 * StitchBench.WINDOW * StitchBench.WINDOW / 1e6);
        }
      }
    } finally {
      StitchBench.delete(bundle);
    }
  }

  /** Seconds until all is acknowledged. */
  private double measure(String run, int bands, int streams)
      throws InterruptedException, ExecutionException {
    var stub = StitchServiceGrpc.newBlockingStub(channel);
    String channels = String.join("|", IntStream.range(0, bands).mapToObj(b -> "b" + b).toList());
    stub.openRun(
        OpenRunRequest.newBuilder()
            .setRun(run)
            .setDataset("d")
            .setChannels(channels)
            .setSpace(StitchSpace.STITCH_SPACE_IMAGE)
            .setExpectedMin(0)
            .setExpectedMax(1)
            .build());
    ByteString pixels = ByteString.copyFrom(StitchBench.random(bands).data());
    ExecutorService clients = Executors.newFixedThreadPool(streams);
    try {
      List<Future<?>> ends = new ArrayList<>();
      long start = System.nanoTime();
      for (int stream = 0; stream < streams; stream++) {
        int first = stream * (messages / streams);
        ends.add(
            clients.submit(
                () -> {
                  send(run, bands, pixels, first, messages / streams);
                  return null;
                }));
      }
      for (Future<?> end : ends) {
        end.get();
      }
      return (System.nanoTime() - start) / 1e9;
    } finally {
      clients.shutdownNow();
      stub.abortRun(AbortRunRequest.newBuilder().setRun(run).build());
    }
  }

  private void send(String run, int bands, ByteString pixels, int first, int count)
      throws InterruptedException {
    try (WindowSender stream = new WindowSender(channel, run, ON_THE_WAY)) {
      for (int message = first; message < first + count; message++) {
        List<StitchWindow> windows = new ArrayList<>();
        for (int n = message * A_MESSAGE; n < (message + 1) * A_MESSAGE; n++) {
          windows.add(WindowSender.window("w" + n, StitchBench.box(n), bands, pixels));
        }
        stream.send(windows);
      }
    }
  }
}
