package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files behind HTTP with range requests. */
class RemoteTest {
  @TempDir Path directory;
  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer server;
  private HandlePool pool;
  private String base;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", this::serve);
    server.start();
    base = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    pool = new HandlePool(2);
  }

  @AfterEach
  void stop() {
    pool.close();
    server.stop(0);
  }

  private void serve(HttpExchange call) throws IOException {
    requests.incrementAndGet();
    Path file = directory.resolve(call.getRequestURI().getPath().substring(1));
    try (call) {
      if (!Files.isRegularFile(file)) {
        call.sendResponseHeaders(404, -1);
        return;
      }
      byte[] bytes = Files.readAllBytes(file);
      call.getResponseHeaders().add("Accept-Ranges", "bytes");
      String range = call.getRequestHeaders().getFirst("Range");
      if (call.getRequestMethod().equals("HEAD")) {
        call.getResponseHeaders().add("Content-Length", "" + bytes.length);
        call.sendResponseHeaders(200, -1);
        return;
      }
      int status = 200;
      if (range != null) {
        String[] ends = range.substring("bytes=".length()).split("-");
        int from = Integer.parseInt(ends[0]);
        int to =
            ends.length < 2
                ? bytes.length - 1
                : Math.min(bytes.length - 1, Integer.parseInt(ends[1]));
        call.getResponseHeaders()
            .add("Content-Range", "bytes " + from + "-" + to + "/" + bytes.length);
        bytes = Arrays.copyOfRange(bytes, from, to + 1);
        status = 206;
      }
      call.sendResponseHeaders(status, bytes.length);
      call.getResponseBody().write(bytes);
    }
  }

  private TiledFrameReader reader(String... allowed) {
    return new TiledFrameReader(pool, new TileCache(8 << 20), new LocationPolicy(List.of(allowed)));
  }

  private static ByteBuffer read(FrameReader reader, String location, Window w) {
    ByteBuffer into = ByteBuffer.allocate((int) w.area() * 2);
    reader.read(
        location, 0, w, new int[] {0, 1}, into, Layout.hwc(0, w.width(), 2, 1), new StageTimes());
    return into;
  }

  @Test
  void readsWindowsByRangesAndAsksNothingTwice() {
    Formula.write(
        directory.resolve("a.tif"),
        RasterSpec.of(RasterSpec.Format.COG, 700, 600, 2, DType.UINT8).withTileSize(128));
    TiledFrameReader reader = reader(base);
    Window w = new Window(300, 200, 150, 150);
    assertThat(read(reader, base + "a.tif", w)).isEqualTo(Formula.pixels(DType.UINT8, w, 2));
    assertThat(requests.get()).isPositive();
    requests.set(0);
    assertThat(reader.header(base + "a.tif").width()).isEqualTo(700);
    assertThat(read(reader, base + "a.tif", w)).isEqualTo(Formula.pixels(DType.UINT8, w, 2));
    assertThat(read(reader, "/vsicurl/" + base + "a.tif", w))
        .isEqualTo(Formula.pixels(DType.UINT8, w, 2));
    assertThat(requests.get()).as("requests of the second look").isZero();
  }

  @Test
  void refusesWhatIsNotAllowedWithoutAskingTheServer() {
    for (TiledFrameReader reader : List.of(reader(), reader("https://elsewhere.example/"))) {
      for (String location :
          List.of(
              base + "a.tif",
              "/vsicurl/" + base + "a.tif",
              "/vsizip//etc/x.zip",
              "/vsis3/b/k",
              "NETCDF:\"/etc/passwd\":x")) {
        FrameReaderContract.assertReason(Reason.FORBIDDEN_PATH, () -> reader.header(location));
      }
    }
    assertThat(requests.get()).isZero();
  }

  @Test
  void saysThatAFileIsMissing() {
    FrameReaderContract.assertReason(
        Reason.MISSING_FILE, () -> reader(base).header(base + "none.tif"));
  }
}
