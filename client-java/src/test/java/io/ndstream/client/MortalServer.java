package io.ndstream.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The built server at an address of its own, to be killed and started again over the same
 * directories. Not {@link LocalServer}, which ends a server in good order.
 */
final class MortalServer implements AutoCloseable {
  private static final long LONGEST_START_SECONDS = 180;

  private final Path directory;
  private final List<String> command;
  private Process process;

  /**
   * @param directory for the socket, the workdir, temporary files and the log
   */
  MortalServer(Path directory, Path manifest, String... flags) {
    this.directory = directory;
    this.command =
        new ArrayList<>(
            List.of(
                System.getenv("NDSTREAM_HOME") + "/bin/ndstream",
                "serve",
                manifest.toString(),
                "--listen",
                address(),
                "--workdir",
                workdir().toString()));
    command.addAll(List.of(flags));
  }

  String address() {
    return "unix:" + directory.resolve("socket");
  }

  Path workdir() {
    return directory.resolve("work");
  }

  /** Where the process puts what it forgets to name otherwise. */
  Path temporary() {
    return directory.resolve("tmp");
  }

  void start() throws IOException {
    start("");
  }

  /**
   * @param limits words of the shell that are said before, such as {@code ulimit}
   */
  void start(String limits) throws IOException {
    Files.createDirectories(temporary());
    List<String> limited = new ArrayList<>(List.of("bash", "-c", limits + "exec \"$@\"", "serve"));
    limited.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(limited)
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.appendTo(log().toFile()));
    builder
        .environment()
        .put("NDSTREAM_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Djava.io.tmpdir=" + temporary());
    process = builder.start();
  }

  private Path log() {
    return directory.resolve("log");
  }

  /** Its log since the first start. */
  String words() throws IOException {
    return Files.readString(log());
  }

  /** Waits until it answers. */
  void awaitReady() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_START_SECONDS);
    while (true) {
      assertThat(process.isAlive()).as("the server lives").isTrue();
      try (Client client = Client.connect(address())) {
        assertThat(client.datasets()).hasSize(1);
        return;
      } catch (NdstreamException e) {
        assertThat(System.nanoTime()).as(e.toString()).isLessThan(end);
      }
    }
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM; returns the exit status. */
  int stop() throws InterruptedException {
    process.destroy();
    return process.waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
