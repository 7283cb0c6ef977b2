package io.ndstream.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class SegmentDirectoryTest {
  @TempDir private Path parent;

  @Test
  void whatAKilledServerLeftIsRemovedAndWhatALiveOneHasIsNot() throws Exception {
    Process killed = otherServer();
    Path left = firstLine(killed);
    Process alive = otherServer();
    Path kept = firstLine(alive);
    killed.destroyForcibly().waitFor();
    assertThat(left.resolve("segment")).exists();

    try (SegmentDirectory own = SegmentDirectory.in(parent)) {
      assertThat(left).doesNotExist();
      assertThat(kept.resolve("segment")).exists();
      assertThat(own.path()).isDirectory();
    } finally {
      alive.destroyForcibly().waitFor();
    }
  }

  private Process otherServer() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath(),
            OtherServer.class.getName(),
            parent.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String classPath() {
    return Stream.of(OtherServer.class, SegmentDirectory.class, LoggerFactory.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation().getPath())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path firstLine(Process process) throws IOException {
    return Path.of(process.inputReader(StandardCharsets.UTF_8).readLine());
  }

  /** Makes a directory with a file in it, and stays as long as this process. */
  static final class OtherServer {
    public static void main(String[] args) throws Exception {
      try (SegmentDirectory directory = SegmentDirectory.in(Path.of(args[0]))) {
        Files.createFile(directory.path().resolve("segment"));
        System.out.println(directory.path());
        System.in.read();
      }
    }
  }

  @Test
  void linksAndDirectoriesThatAreNoServersAreLeftAlone(@TempDir Path elsewhere) throws IOException {
    Path precious = Files.createFile(elsewhere.resolve("lock"));
    Files.createSymbolicLink(parent.resolve("ndstream-link"), elsewhere);
    Path own = Files.createDirectory(parent.resolve("ndstream-of-somebody"));
    Path linked = Files.createDirectory(parent.resolve("ndstream-linked"));
    Files.createSymbolicLink(linked.resolve("lock"), precious);

    SegmentDirectory.in(parent).close();
    assertThat(precious).exists();
    assertThat(own).exists();
    assertThat(linked).exists();
  }

  @Test
  void aPlaceThatIsNoneIsRefused() {
    assertThatThrownBy(() -> SegmentDirectory.in(parent.resolve("nothing")))
        .isInstanceOfSatisfying(
            LoaderException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.BAD_ARGUMENT);
              assertThat(e.facts().toString()).contains("shared-memory");
            });
  }
}
