package io.ndstream.app;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** How a command that asks a server encrypts its connection; named as in the Python package. */
final class TlsArguments {
  @Option(
      names = "--tls-authorities",
      paramLabel = "FILE",
      description =
          "Certificates of those who sign the server's, PEM: the connection is encrypted.")
  private Path authorities;

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "A certificate of one's own, PEM, for a server with --tls-clients.")
  private Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The private key of --tls-certificate, PEM (PKCS #8, no password).")
  private Path key;

  boolean given() {
    return authorities != null || certificate != null || key != null;
  }

  /**
   * @throws LoaderException BAD_ARGUMENT if a file cannot be read, or one comes without the other
   */
  ChannelCredentials credentials() {
    if (!given()) {
      return InsecureChannelCredentials.create();
    }
    if (authorities == null || (certificate == null) != (key == null)) {
      throw bad(null, "--tls-authorities, and --tls-certificate and --tls-key both or neither");
    }
    try {
      TlsChannelCredentials.Builder builder =
          TlsChannelCredentials.newBuilder().trustManager(authorities.toFile());
      if (certificate != null) {
        builder.keyManager(certificate.toFile(), key.toFile());
      }
      return builder.build();
    } catch (IOException e) {
      throw bad(e, "files that can be read");
    }
  }

  private LoaderException bad(IOException cause, String expected) {
    return LoaderException.caused(
        cause,
        Reason.BAD_ARGUMENT,
        "tls-authorities",
        authorities,
        "tls-certificate",
        certificate,
        "tls-key",
        key,
        "expected",
        expected);
  }
}
