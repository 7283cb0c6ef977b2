package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.error.LoaderException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenAddressTest {
  @TempDir Path directory;

  @Test
  void bothFormsAreUnderstoodAndOthersRefused() {
    assertThat(ListenAddress.parse("unix:/run/nd.sock"))
        .isEqualTo(new ListenAddress.Unix(Path.of("/run/nd.sock")));
    assertThat(ListenAddress.parse("tcp:0.0.0.0:50051"))
        .isEqualTo(new ListenAddress.Tcp("0.0.0.0", 50051));
    assertThat(ListenAddress.parse("localhost:0")).isEqualTo(new ListenAddress.Tcp("localhost", 0));
    assertThat(ListenAddress.parse("tcp:[::1]:80")).isEqualTo(new ListenAddress.Tcp("::1", 80));
    for (String bad :
        new String[] {
          "", "unix:", "tcp:host", "tcp:host:99999", ":80", "http://x", "unix:/" + "x".repeat(120)
        }) {
      assertThatThrownBy(() -> ListenAddress.parse(bad))
          .as(bad)
          .isInstanceOf(LoaderException.class);
    }
  }

  @Test
  void aSocketNobodyAnswersOnIsRemoved() throws IOException {
    Path path = directory.resolve("s");
    try (ServerSocketChannel gone = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      gone.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).exists();
    new ListenAddress.Unix(path).clearStale();
    assertThat(path).doesNotExist();
    new ListenAddress.Unix(path).clearStale();
  }

  @Test
  void aLivingServerAndOtherFilesAreLeftAlone() throws IOException {
    Path path = directory.resolve("s");
    try (ServerSocketChannel living = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      living.bind(UnixDomainSocketAddress.of(path));
      assertThatThrownBy(new ListenAddress.Unix(path)::clearStale)
          .hasMessageContaining("no other server");
    }
    Path file = Files.writeString(directory.resolve("notes"), "mine");
    assertThatThrownBy(new ListenAddress.Unix(file)::clearStale)
        .isInstanceOf(LoaderException.class);
    assertThat(file).hasContent("mine");
  }
}
