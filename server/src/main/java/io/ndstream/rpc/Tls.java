package io.ndstream.rpc;

import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;

/**
 * How TCP addresses are encrypted. All files are PEM and read once, at the start.
 *
 * @param certificate of the server, the authorities it is signed by after it
 * @param key of that certificate, PKCS #8 without a password
 * @param clients certificates of the authorities that sign those of clients; others are not served.
 *     Null: anyone is
 */
public record Tls(Path certificate, Path key, Path clients) {
  /**
   * @throws LoaderException BAD_ARGUMENT if a file cannot be read or holds something else
   */
  NettyServerBuilder listen(SocketAddress address) {
    try {
      TlsServerCredentials.Builder builder =
          TlsServerCredentials.newBuilder().keyManager(certificate.toFile(), key.toFile());
      if (clients != null) {
        builder.trustManager(clients.toFile()).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
      }
      return NettyServerBuilder.forAddress(address, builder.build());
    } catch (IOException | IllegalArgumentException e) {
      throw LoaderException.caused(
          e,
          Reason.BAD_ARGUMENT,
          "tls-certificate",
          certificate,
          "tls-key",
          key,
          "tls-clients",
          clients == null ? "none" : clients,
          "cause",
          e.getMessage());
    }
  }
}
