package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.gdal.gdal.gdal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files behind HTTP with range requests. */
class RemoteTest {
  private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  @TempDir Path directory;
  private RangeServer server;
  private AtomicInteger requests;
  private HandlePool pool;
  private String base;

  @BeforeEach
  void start() throws IOException {
    server = new RangeServer(directory);
    requests = server.requests;
    base = "http://" + server.authority() + "/";
    pool = new HandlePool(2);
  }

  @AfterEach
  void stop() throws IOException {
    pool.close();
    server.close();
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
    assertThat(requests.get()).as("requests: state, header, tiles").isBetween(1, 10);
    requests.set(0);
    assertThat(reader.header(base + "a.tif").width()).isEqualTo(700);
    assertThat(read(reader, base + "a.tif", w)).isEqualTo(Formula.pixels(DType.UINT8, w, 2));
    assertThat(read(reader, "/vsicurl/" + base + "a.tif", w))
        .isEqualTo(Formula.pixels(DType.UINT8, w, 2));
    assertThat(requests.get()).as("requests of the second look").isZero();
  }

  @Test
  void aFileThatIsReplacedIsNoticedWhenItsServerIsAskedAgain() throws Exception {
    Path file = directory.resolve("a.tif");
    RasterSpec old =
        RasterSpec.of(RasterSpec.Format.COG, 700, 600, 2, DType.UINT8).withTileSize(128);
    Formula.write(file, old);
    TiledFrameReader patient = reader(base);
    TiledFrameReader reader =
        new TiledFrameReader(
            pool, new TileCache(8 << 20), new LocationPolicy(List.of(base)), RECHECK_NANOS);
    Window w = new Window(300, 200, 150, 150);
    ByteBuffer before = read(reader, base + "a.tif", w);
    read(patient, base + "a.tif", w);
    Formula.write(
        file, RasterSpec.of(RasterSpec.Format.COG, 500, 400, 2, DType.UINT8).withTileSize(256));
    requests.set(0);
    assertThat(read(patient, base + "a.tif", w)).as("within its minute").isEqualTo(before);
    assertThat(requests.get()).isZero();
    Thread.sleep(TimeUnit.NANOSECONDS.toMillis(RECHECK_NANOS));
    FrameReaderContract.assertReason(Reason.SOURCE_CHANGED, () -> read(reader, base + "a.tif", w));
    Window inside = new Window(200, 100, 250, 250);
    await(() -> reader.header(base + "a.tif").width() == 500);
    assertThat(read(reader, base + "a.tif", inside))
        .isEqualTo(Formula.pixels(DType.UINT8, inside, 2));
  }

  /** Waits until a file that failed is opened again. */
  private static void await(BooleanSupplier opened) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try {
        assertThat(opened.getAsBoolean()).isTrue();
        return;
      } catch (LoaderException e) {
        assertThat(e.reason()).isEqualTo(Reason.SOURCE_CHANGED);
        assertThat(System.nanoTime()).as("time").isLessThan(end);
        Thread.sleep(50);
      }
    }
  }

  @Test
  void aServerThatIsSilentHasNotSaidThatAFileChanged() throws Exception {
    Formula.write(
        directory.resolve("a.tif"),
        RasterSpec.of(RasterSpec.Format.COG, 700, 600, 2, DType.UINT8).withTileSize(128));
    TiledFrameReader reader =
        new TiledFrameReader(pool, new TileCache(8 << 20), new LocationPolicy(List.of(base)), 0);
    Window w = new Window(300, 200, 150, 150);
    ByteBuffer before = read(reader, base + "a.tif", w);
    server.close();
    assertThat(read(reader, base + "a.tif", w)).isEqualTo(before);
  }

  /**
   * How GDAL is told that the stand-in is a store, and what files in it are called. The dot makes
   * it put the bucket into the path instead of the host's name.
   */
  static Stream<Arguments> stores() {
    return Stream.of(
        Arguments.of(
            "s3://my.bucket/",
            "/vsis3/my.bucket/",
            "AWS_S3_ENDPOINT=HOST AWS_HTTPS=NO AWS_NO_SIGN_REQUEST=YES"),
        Arguments.of(
            "gs://bucket/",
            "/vsigs/bucket/",
            "CPL_GS_ENDPOINT=http://HOST/ GS_NO_SIGN_REQUEST=YES"),
        Arguments.of(
            "az://bucket/",
            "/vsiaz/bucket/",
            "AZURE_STORAGE_CONNECTION_STRING="
                + "AccountName=test;AccountKey=dGVzdA==;BlobEndpoint=http://HOST/test"));
  }

  @ParameterizedTest
  @MethodSource("stores")
  void readsObjectsOfStoresAndAsksNothingTwice(String scheme, String prefix, String options) {
    Formula.write(
        directory.resolve("a.tif"),
        RasterSpec.of(RasterSpec.Format.COG, 700, 600, 2, DType.UINT8).withTileSize(128));
    String[] settings = options.replace("HOST", server.authority()).split(" ");
    for (String setting : settings) {
      String[] parts = setting.split("=", 2);
      gdal.SetConfigOption(parts[0], parts[1]);
    }
    try {
      TiledFrameReader reader = reader(scheme);
      Window w = new Window(300, 200, 150, 150);
      ByteBuffer expected = Formula.pixels(DType.UINT8, w, 2);
      assertThat(read(reader, scheme + "a.tif", w)).isEqualTo(expected);
      assertThat(requests.get()).as("requests: state, header, tiles").isBetween(1, 10);
      assertThat(RemoteHeaders.ask(prefix + "a.tif")).as("what the store says").isPresent();
      assertThat(read(reader, scheme + "a.tif", w)).isEqualTo(expected);
      requests.set(0);
      assertThat(read(reader, scheme + "a.tif", w)).isEqualTo(expected);
      assertThat(read(reader, prefix + "a.tif", w)).isEqualTo(expected);
      assertThat(requests.get()).as("requests of the second look").isZero();
      FrameReaderContract.assertReason(
          Reason.MISSING_FILE, () -> reader.header(scheme + "none.tif"));
      FrameReaderContract.assertReason(
          Reason.FORBIDDEN_PATH, () -> reader.header(scheme.replace("bucket", "other") + "a.tif"));
    } finally {
      for (String setting : settings) {
        gdal.SetConfigOption(setting.split("=")[0], null);
      }
    }
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
