package io.ndstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted TCP to a real server that asks for certificates of clients. */
class TlsTest {
  private static final char[] PASSWORD = "secret".toCharArray();

  @TempDir Path directory;
  private Pem server;
  private Pem client;

  /** A certificate and its key. */
  private record Pem(Path certificate, Path key) {}

  @BeforeEach
  void certify() throws Exception {
    server = signedByItself("server");
    client = signedByItself("client");
  }

  private Pem signedByItself(String name) throws Exception {
    Path file = directory.resolve(name + ".p12");
    String options =
        "-genkeypair -alias own -keyalg EC -dname CN=%s -ext san=dns:localhost,ip:127.0.0.1"
            + " -storetype PKCS12 -storepass secret -keystore "
            + file;
    String[] command =
        (System.getProperty("java.home") + "/bin/keytool " + options.formatted(name)).split(" ");
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
    return new Pem(
        pem(name + ".pem", "CERTIFICATE", store.getCertificate("own").getEncoded()),
        pem(name + ".key", "PRIVATE KEY", store.getKey("own", PASSWORD).getEncoded()));
  }

  private Path pem(String name, String label, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder().encodeToString(bytes);
    return Files.writeString(
        directory.resolve(name),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, text, label));
  }

  @Test
  void onlyClientsThatTheServerTrustsAreServed() throws IOException {
    TlsChannelCredentials.Builder trusting =
        TlsChannelCredentials.newBuilder().trustManager(server.certificate().toFile());
    TlsChannelCredentials.Builder trusted =
        TlsChannelCredentials.newBuilder()
            .trustManager(server.certificate().toFile())
            .keyManager(client.certificate().toFile(), client.key().toFile());
    ClientOptions hasty = ClientOptions.DEFAULT.withConnect(Duration.ofSeconds(2));
    try (LocalServer running = start();
        Client owner = Client.connect(running.address())) {
      String address = running.log().replaceAll("(?s).*(tcp:\\S+).*", "$1");
      ClientOptions known = ClientOptions.DEFAULT.withCredentials(trusted.build());
      try (Client other = Client.connect(address, known)) {
        assertThat(other.dataset("")).isEqualTo(owner.dataset(""));
      }
      ClientOptions anonymous = hasty.withCredentials(trusting.build());
      for (ClientOptions refused : List.of(hasty, anonymous)) {
        assertThatThrownBy(() -> Client.connect(address, refused).dataset(""))
            .isInstanceOf(NdstreamException.class);
      }
    }
  }

  private LocalServer start() {
    return LocalServer.start(
        List.of("toy:shapes2"),
        "--listen=tcp:127.0.0.1:0",
        "--tls-certificate=" + server.certificate(),
        "--tls-key=" + server.key(),
        "--tls-clients=" + client.certificate());
  }
}
