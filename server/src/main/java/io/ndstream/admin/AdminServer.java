package io.ndstream.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /metrics} in the text format of Prometheus, {@code /healthz} (the process works) and
 * {@code /readyz} (every data set is loaded and a window of it was read). The two checks answer 200
 * or 503 with a line of text.
 */
public final class AdminServer implements AutoCloseable {
  private final HttpServer http;
  private final ExecutorService threads;

  /** An answer to a check. */
  public record Check(boolean good, String text) {}

  /**
   * @param address port 0 lets the system choose
   */
  public AdminServer(
      InetSocketAddress address,
      Supplier<String> metrics,
      Supplier<Check> health,
      Supplier<Check> readiness)
      throws IOException {
    http = HttpServer.create(address, 0);
    threads =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "ndstream-admin");
              thread.setDaemon(true);
              return thread;
            });
    http.setExecutor(threads);
    page("/metrics", () -> new Check(true, metrics.get()));
    page("/healthz", health);
    page("/readyz", readiness);
    http.start();
  }

  public InetSocketAddress address() {
    return http.getAddress();
  }

  private void page(String path, Supplier<Check> content) {
    http.createContext(path, exchange -> answer(exchange, path, content));
  }

  private static void answer(HttpExchange exchange, String path, Supplier<Check> content)
      throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals(path)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      if (!exchange.getRequestMethod().equals("GET")
          && !exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      Check check = content.get();
      byte[] body = check.text().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(
          check.good() ? 200 : 503, head || body.length == 0 ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdown();
  }
}
