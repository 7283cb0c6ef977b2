package io.ndstream.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.admin.AdminServer.Check;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class AdminServerTest {
  private static HttpResponse<String> get(AdminServer server, String method, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void checksAnswerWithTheirStatus() throws Exception {
    InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
    try (AdminServer server =
        new AdminServer(
            any,
            () -> "a_total 1\n",
            () -> new Check(true, "ok\n"),
            () -> new Check(false, "no window\n"))) {
      assertThat(get(server, "GET", "/metrics").body()).isEqualTo("a_total 1\n");
      assertThat(get(server, "GET", "/healthz").statusCode()).isEqualTo(200);
      HttpResponse<String> unready = get(server, "GET", "/readyz");
      assertThat(unready.statusCode()).isEqualTo(503);
      assertThat(unready.body()).isEqualTo("no window\n");
      assertThat(get(server, "HEAD", "/healthz").body()).isEmpty();
      assertThat(get(server, "POST", "/metrics").statusCode()).isEqualTo(405);
      assertThat(get(server, "GET", "/metrics/else").statusCode()).isEqualTo(404);
    }
  }
}
