package io.ndstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that cannot start says in one line which option is to blame, and ends. */
class StartMistakesTest {
  @TempDir Path directory;

  @Test
  void aPortThatIsTakenIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();

      assertThat(serve("--listen=tcp:" + address))
          .contains("listen: tcp:" + address, "Address already in use");
      assertThat(serve("--listen=tcp:127.0.0.1:0", "--http=" + address))
          .contains("http: /" + address, "Address already in use");
    }
  }

  @Test
  void aSocketInNoDirectoryIsNamed() {
    Path socket = directory.resolve("missing/socket");

    assertThat(serve("--listen=unix:" + socket))
        .contains("listen: unix:" + socket, "No such file or directory");
  }

  @Test
  void aWorkDirectoryThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThat(failing("serve", "--workdir=" + file)).contains("workdir: " + file);
  }

  @Test
  void twoDataSetsOfOneNameAreRefused() {
    assertThat(serve("--listen=tcp:127.0.0.1:0", "a=toy:shapes1", "a=toy:shapes2"))
        .contains("dataset: a=toy:shapes2", "NAME=FILE");
  }

  private String serve(String... options) {
    List<String> words =
        new ArrayList<>(List.of("serve", "toy:shapes1", "--workdir=" + directory.resolve("work")));
    words.addAll(List.of(options));
    return failing(words.toArray(String[]::new));
  }

  /** What a start that fails prints; log lines aside, it is one line. */
  private static String failing(String... words) {
    List<String> lines =
        Printed.by(1, words).lines().filter(line -> !line.contains(" INFO ")).toList();
    assertThat(lines).hasSize(1);
    return lines.get(0);
  }
}
