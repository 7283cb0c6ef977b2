package io.ndstream.client;

import io.grpc.Status.Code;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server of one's own, for as long as one needs it: started on a private socket from the
 * distribution in {@code NDSTREAM_HOME} or on the PATH, ended by {@link #close}. Should this
 * process die without closing it, it ends by itself. It may read what this process may.
 */
public final class LocalServer implements AutoCloseable {
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final String READY = "ndstream ready: ";
  private static final Pattern FAILURE =
      Pattern.compile("^ndstream: ([A-Z_]+): (.*)$", Pattern.MULTILINE);
  private static final long GRACE_SECONDS = 15;
  private static final int TAIL = 4000;

  private final Process process;
  private final Path directory;
  private final Path log;

  private LocalServer(Process process, Path directory, Path log) {
    this.process = process;
    this.directory = directory;
    this.log = log;
  }

  /**
   * Starts a server and waits until it is ready.
   *
   * @param datasets as {@code ndstream serve} takes them: manifests, {@code NAME=FILE}, {@code
   *     toy:KEY}
   * @param flags more options of {@code ndstream serve}; where there is /dev/shm, it is the
   *     server's {@code --shared-memory} unless they name another
   * @throws NdstreamException SERVER_NOT_FOUND; the server's own reason, such as MISSING_MANIFEST;
   *     or SERVER_NOT_STARTED
   */
  public static LocalServer start(List<String> datasets, String... flags) {
    return start(Duration.ofMinutes(1), System.getenv(), datasets, flags);
  }

  static LocalServer start(
      Duration patience, Map<String, String> environment, List<String> datasets, String... flags) {
    Path program = program(environment);
    try {
      // Not java.io.tmpdir, which may be long: a socket's path has at most 107 bytes.
      // Not "ndstream-": Python's sidecars remove directories of that name that nobody locks.
      Path directory = Files.createTempDirectory(Path.of("/tmp"), "ndstream.");
      Path log = directory.resolve("server.log");
      List<String> command = new ArrayList<>(List.of(program.toString(), "serve"));
      command.addAll(datasets);
      command.addAll(
          List.of(
              "--listen",
              "unix:" + directory.resolve("socket"),
              "--allow-path",
              "/",
              "--exit-with-stdin"));
      command.addAll(List.of(flags));
      if (!command.contains("--shared-memory") && Files.isWritable(SHARED_MEMORY)) {
        command.addAll(List.of("--shared-memory", SHARED_MEMORY.toString()));
      }
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.to(log.toFile()));
      builder.environment().putAll(environment);
      LocalServer server = new LocalServer(builder.start(), directory, log);
      server.awaitReady(patience);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@link Client#connect} takes. */
  public String address() {
    return "unix:" + directory.resolve("socket");
  }

  public long pid() {
    return process.pid();
  }

  /** What the server has written so far. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "";
    }
  }

  private void awaitReady(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      while (!log().contains(READY)) {
        if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
          throw notStarted("the server ended with status " + process.exitValue());
        }
        if (System.nanoTime() > deadline) {
          throw notStarted("the server was not ready within " + patience.toSeconds() + " s");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notStarted("interrupted while the server was starting");
    }
  }

  private NdstreamException notStarted(String what) {
    String text = log();
    close();
    Matcher known = FAILURE.matcher(text);
    String reason = known.find() ? known.group(1) : "SERVER_NOT_STARTED";
    String words =
        text.isEmpty()
            ? "; it wrote nothing, which a full disk explains: " + log
            : "; its last words:\n" + text.substring(Math.max(0, text.length() - TAIL));
    return NdstreamException.local(Code.UNAVAILABLE, reason, what + words);
  }

  private static Path program(Map<String, String> environment) {
    String home = environment.get("NDSTREAM_HOME");
    List<Path> candidates = new ArrayList<>();
    if (home != null) {
      candidates.add(Path.of(home, "bin", "ndstream"));
    } else {
      for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
        candidates.add(Path.of(directory, "ndstream"));
      }
    }
    return candidates.stream()
        .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
        .findFirst()
        .orElseThrow(
            () ->
                NdstreamException.local(
                    Code.FAILED_PRECONDITION,
                    "SERVER_NOT_FOUND",
                    "no ndstream server is installed: set NDSTREAM_HOME to its directory, or put"
                        + " its bin on the PATH"));
  }

  /**
   * Lets streams end after the batch they are at, then ends the server, by force if it takes longer
   * than 15 s.
   */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    removeDirectory();
  }

  private void removeDirectory() {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // Litter in the temporary directory at worst: not worth failing for.
    }
  }
}
