package io.ndstream.rpc;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the server listens: {@code unix:/path} or {@code tcp:host:port}. */
public sealed interface ListenAddress {

  /**
   * @throws LoaderException BAD_ARGUMENT if the text is neither form
   */
  static ListenAddress parse(String text) {
    if (text.startsWith("unix:") && text.length() > "unix:".length()) {
      return new Unix(Path.of(text.substring("unix:".length())).toAbsolutePath());
    }
    String hostPort = text.startsWith("tcp:") ? text.substring("tcp:".length()) : text;
    int colon = hostPort.lastIndexOf(':');
    if (colon > 0 && hostPort.substring(colon + 1).matches("\\d{1,5}")) {
      int port = Integer.parseInt(hostPort.substring(colon + 1));
      if (port <= 65535) {
        return new Tcp(hostPort.substring(0, colon).replaceAll("^\\[|\\]$", ""), port);
      }
    }
    throw LoaderException.of(
        Reason.BAD_ARGUMENT,
        "listen",
        text,
        "expected",
        "unix:/path or tcp:host:port, such as tcp:127.0.0.1:50051");
  }

  /** A Unix domain socket. */
  record Unix(Path path) implements ListenAddress {
    // The kernel's limit for sun_path, less the closing zero.
    private static final int LONGEST = 107;

    public Unix {
      if (path.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > LONGEST) {
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
      if (!Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      if (Files.isRegularFile(path) || Files.isDirectory(path)) {
        throw LoaderException.of(
            Reason.BAD_ARGUMENT, "listen", path, "expected", "a socket or nothing at this path");
      }
      try (SocketChannel probe = SocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
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
    public InetSocketAddress socketAddress() {
      return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
      return "tcp:" + host + ":" + port;
    }
  }
}
