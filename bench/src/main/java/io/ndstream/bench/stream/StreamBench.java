package io.ndstream.bench.stream;

import io.grpc.protobuf.services.HealthStatusManager;
import io.ndstream.rpc.GrpcServer;
import io.ndstream.rpc.ListenAddress;
import io.ndstream.rpc.RpcOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Batches a second into a Python process, over a Unix socket and TCP, in messages and in shared
 * memory, from a server process of the built distribution; beside them, in the same run, messages
 * of zeros of the same size from bare gRPC.
 *
 * <p>Run: {@code ./ndstream bench stream [DATASET] [options of python -m ndstream.bench stream]}.
 * Without a data set it makes one.
 */
public final class StreamBench {
  private static final String TOY = "toy:shapes128";
  private static final Pattern ADDRESS = Pattern.compile("(unix|tcp):[^\\s,]+");
  private static final int MAX_MESSAGE_BYTES = 1 << 30;
  private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

  private StreamBench() {}

  /**
   * @param args the manifest, if any, then options for the Python side
   */
  public static void main(String[] args) throws Exception {
    GRPC_LOG.setLevel(Level.OFF); // the measurement ends streams in the middle
    boolean given = args.length > 0 && !args[0].startsWith("-");
    String dataset = given ? args[0] : TOY;
    List<String> options = List.of(args).subList(given ? 1 : 0, args.length);
    Path scratch = Files.createTempDirectory("ndstream-bench");
    int status;
    try (GrpcServer bare = bareServer(scratch)) {
      status = measure(dataset, scratch, bare.addresses(), options);
    } finally {
      delete(scratch);
    }
    System.exit(status);
  }

  private static GrpcServer bareServer(Path scratch) {
    List<ListenAddress> listen =
        List.of(
            new ListenAddress.Unix(scratch.resolve("bare.sock")),
            new ListenAddress.Tcp("127.0.0.1", 0));
    RpcOptions options = new RpcOptions(listen, 4, MAX_MESSAGE_BYTES, null);
    return GrpcServer.start(options, List.of(new BareStream()), new HealthStatusManager(), "bare");
  }

  private static int measure(
      String dataset, Path scratch, List<ListenAddress> bare, List<String> options)
      throws IOException, InterruptedException {
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("ndstream.home"), "bin", "ndstream").toString(),
                "serve",
                dataset,
                "--listen=unix:" + scratch.resolve("server.sock"),
                "--listen=tcp:127.0.0.1:0",
                "--shared-memory=/dev/shm",
                "--workdir=" + scratch.resolve("work"),
                "--allow-path=/",
                "--exit-with-stdin")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = server.inputReader()) {
      String ready = out.readLine();
      if (ready == null) {
        return server.waitFor();
      }
      List<String> command =
          new ArrayList<>(
              List.of(System.getProperty("ndstream.python"), "-m", "ndstream.bench", "stream"));
      ADDRESS.matcher(ready).results().map(MatchResult::group).forEach(command::add);
      command.add("--server=" + server.pid());
      command.add("--bare-server=" + ProcessHandle.current().pid());
      command.add("--bare");
      bare.forEach(address -> command.add(address.toString()));
      command.addAll(options);
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } finally {
      server.destroy();
      if (!server.waitFor(10, TimeUnit.SECONDS)) {
        server.destroyForcibly().waitFor();
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
