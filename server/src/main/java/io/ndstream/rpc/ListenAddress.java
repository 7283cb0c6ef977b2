package io.ndstream.rpc;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Where the server listens: {@code unix:/path} or {@code tcp:host:port}. */
public sealed interface ListenAddress {

  /**
   * @throws LoaderException BAD_ARGUMENT if the text is neither form
   */
  static ListenAddress parse(String text) {
    if (text.startsWith("unix:") && text.length() > "unix:".length()) {
      return new Unix(Path.of(text.substring("unix:".length())).toAbsolutePath());
    }
    return Tcp.of(text.startsWith("tcp:") ? text.substring("tcp:".length()) : text)
        .orElseThrow(
            () ->
                LoaderException.of(
                    Reason.BAD_ARGUMENT,
                    "listen",
                    text,
                    "expected",
                    "unix:/path or tcp:host:port, such as tcp:127.0.0.1:50051"));
  }

  /** A Unix domain socket. */
  record Unix(Path path) implements ListenAddress {
    // The kernel's limit for sun_path, less the closing zero.
    private static final int LONGEST = 107;

    public Unix {
      if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST) {
        throw LoaderException.of(
            Reason.BAD_ARGUMENT,
            "listen",
            path,
            "expected",
            "a path of at most " + LONGEST + " bytes");
      }
    }

    /**
     * Removes a socket that no server answers on any more.
     *
     * @throws LoaderException BAD_ARGUMENT if a server does answer, or if the path is something
     *     else than a socket
     */
    public void clearStale() throws IOException {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      if (Files.isRegularFile(path) || Files.isDirectory(path)) {
        throw LoaderException.of(
            Reason.BAD_ARGUMENT, "listen", path, "expected", "a socket or nothing at this path");
      }
      try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        probe.connect(UnixDomainSocketAddress.of(path));
      } catch (IOException refused) {
        Files.deleteIfExists(path);
        return;
      }
      throw LoaderException.of(
          Reason.BAD_ARGUMENT,
          "listen",
          path,
          "expected",
          "a socket that no other server is listening on");
    }

    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /**
   * A TCP port.
   *
   * @param port 0 lets the system choose
   */
  record Tcp(String host, int port) implements ListenAddress {
    /**
     * @param text {@code host:port}; an IPv6 host may stand in brackets
     * @throws LoaderException BAD_ARGUMENT if the text is of another form
     */
    public static Tcp parse(String text) {
      return of(text)
          .orElseThrow(
              () ->
                  LoaderException.of(
                      Reason.BAD_ARGUMENT,
                      "address",
                      text,
                      "expected",
                      "host:port, such as 127.0.0.1:9464"));
    }

    private static Optional<Tcp> of(String text) {
      int colon = text.lastIndexOf(':');
      if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
        return Optional.empty();
      }
      int port = Integer.parseInt(text.substring(colon + 1));
      String host = text.substring(0, colon).replaceAll("^\\[|\\]$", "");
      return port <= 65535 ? Optional.of(new Tcp(host, port)) : Optional.empty();
    }

    public InetSocketAddress socketAddress() {
      return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
      return "tcp:" + host + ":" + port;
    }
  }
}
