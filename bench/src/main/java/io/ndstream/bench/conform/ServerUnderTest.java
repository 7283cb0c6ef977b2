package io.ndstream.bench.conform;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The built distribution, run as users run it: a process of its own behind a Unix socket. One
 * server at a time; {@link #close} ends it and removes its files.
 */
public final class ServerUnderTest implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final int MAX_MESSAGE_BYTES = 256 << 20;

  private final Path executable;
  private final Path scratch;
  private final Map<String, String> environment;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private Process process;
  private ManagedChannel channel;
  private int started;

  /**
   * @param home the distribution: a directory with {@code bin/ndstream}
   */
  public ServerUnderTest(Path home) throws IOException {
    this(home, Map.of());
  }

  /**
   * @param environment further variables of the server
   */
  public ServerUnderTest(Path home, Map<String, String> environment) throws IOException {
    this.environment = environment;
    executable = home.resolve("bin/ndstream");
    if (!Files.isExecutable(executable)) {
      throw new IOException("no distribution here: " + home + " (run ./ndstream build)");
    }
    scratch = Files.createTempDirectory("ndstream-conform");
  }

  /**
   * Starts a server for these data sets, after stopping the one before, and waits until it is
   * ready.
   *
   * @param manifests name of the data set, as requests give it, to its file
   * @param options further options of {@code ndstream serve}
   */
  public Channel serve(Map<String, Path> manifests, String... options)
      throws IOException, InterruptedException {
    stop();
    Path socket = scratch.resolve(started + ".sock");
    List<String> arguments = new ArrayList<>(List.of("serve"));
    manifests.forEach((name, path) -> arguments.add(name + "=" + path.toAbsolutePath()));
    arguments.addAll(
        List.of(
            "--listen",
            "unix:" + socket,
            "--workdir",
            scratch.resolve(started + ".work").toString()));
    arguments.addAll(List.of(options));
    Path log = scratch.resolve(started + ".log");
    started++;
    process = launch(log, arguments);
    channel =
        NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .eventLoopGroup(loops)
            .channelType(EpollDomainSocketChannel.class)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .usePlaintext()
            .build();
    awaitReady(log);
    return channel;
  }

  /** Runs another command of the distribution to its end. */
  public Finished command(String... arguments) throws IOException, InterruptedException {
    Path log = Files.createTempFile(scratch, "command", ".log");
    int status = launch(log, List.of(arguments)).waitFor();
    return new Finished(status, Files.readString(log));
  }

  /** What a command printed, standard error included, and its exit status. */
  public record Finished(int status, String output) {}

  private Process launch(Path log, List<String> arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of(executable.toString()));
    line.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** The most memory the server had resident so far. */
  public long peakResidentBytes() throws IOException {
    for (String line :
        Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("the system does not tell");
  }

  private void awaitReady(Path log) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!ready()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        String end =
            process.isAlive()
                ? "not ready after " + START_LIMIT
                : "ended with " + process.exitValue();
        throw new IOException("the server is " + end + ": " + Files.readString(log));
      }
      Thread.sleep(20);
    }
  }

  private boolean ready() {
    try {
      return HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(1, TimeUnit.SECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus()
          == ServingStatus.SERVING;
    } catch (StatusRuntimeException e) {
      channel.resetConnectBackoff(); // the socket may appear any moment
      return false;
    }
  }

  private void stop() throws InterruptedException {
    if (channel != null) {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
      channel = null;
    }
    if (process != null) {
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      process = null;
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    stop();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    deleteTree(scratch);
  }

  /** Removes a directory and all below it. */
  static void deleteTree(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
