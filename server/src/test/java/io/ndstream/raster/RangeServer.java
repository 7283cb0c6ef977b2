package io.ndstream.raster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves the files of a directory by HTTP with ranges, as web servers and object stores do; of a
 * path only the last part counts. The JDK's server does not serve here: it writes names of headers
 * in a way that GDAL does not know in answers of stores.
 */
final class RangeServer implements AutoCloseable {
  final AtomicInteger requests = new AtomicInteger();
  private final Path directory;
  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  RangeServer(Path directory) throws IOException {
    this.directory = directory;
    this.socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    threads.submit(this::accept);
  }

  /** Host and port. */
  String authority() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  private Void accept() throws IOException {
    while (true) {
      Socket client = socket.accept(); // ends with an exception when the socket is closed
      threads.submit(() -> answer(client));
    }
  }

  private void answer(Socket client) {
    try (client) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
      String[] request = in.readLine().split(" ");
      String range = null;
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        range = line.startsWith("Range: bytes=") ? line.substring(13) : range;
      }
      requests.incrementAndGet();
      answer(request[0], request[1].split("\\?")[0], range, client.getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(String method, String path, String range, OutputStream out)
      throws IOException {
    Path file = directory.resolve(path.substring(path.lastIndexOf('/') + 1));
    if (!Files.isRegularFile(file)) {
      write(out, "404 Not Found", "Content-Length: 0", new byte[0]);
      return;
    }
    byte[] all = Files.readAllBytes(file);
    String whole = "Content-Length: %d\r\nETag: \"%d\"".formatted(all.length, Arrays.hashCode(all));
    if (method.equals("HEAD")) {
      write(out, "200 OK", whole, new byte[0]);
    } else if (range == null) {
      write(out, "200 OK", whole, all);
    } else {
      String[] ends = range.split("-");
      int from = Integer.parseInt(ends[0]);
      int to = Math.min(all.length - 1, Integer.parseInt(ends[1]));
      String headers =
          "Content-Length: %d\r\nContent-Range: bytes %d-%d/%d\r\nETag: \"%d\""
              .formatted(to - from + 1, from, to, all.length, Arrays.hashCode(all));
      write(out, "206 Partial Content", headers, Arrays.copyOfRange(all, from, to + 1));
    }
  }

  private static void write(OutputStream out, String status, String headers, byte[] body)
      throws IOException {
    String head =
        "HTTP/1.1 " + status + "\r\nAccept-Ranges: bytes\r\nConnection: close\r\n" + headers;
    out.write((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}
