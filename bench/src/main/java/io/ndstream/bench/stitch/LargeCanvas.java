package io.ndstream.bench.stitch;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.ndstream.bench.conform.ServerUnderTest;
import io.ndstream.geom.Window;
import io.ndstream.v1.FinalizeImageRequest;
import io.ndstream.v1.FinishedRaster;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.ReadCanvasRequest;
import io.ndstream.v1.StitchServiceGrpc;
import io.ndstream.v1.StitchSpace;
import io.ndstream.v1.StitchWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A canvas of 40 000 x 40 000 pixels and 4 bands, 25 GB as float32, in a server that gets along
 * with 512 MiB in all: windows of 256² at random places of it, half of them over others, then boxes
 * of 64² read back and compared with what the windows say; then the raster is written, as a COG of
 * int16 with overviews, and boxes of it are read and compared.
 */
final class LargeCanvas {
  private static final int SIDE = 40_000;
  private static final int BANDS = 4;
  private static final int WINDOW = 256;
  private static final int BOX = 64;
  private static final int BOXES = 200;
  private static final int A_MESSAGE = 4;

  /** The rest of the 512 MiB is for what a JVM needs beside its heap. */
  private static final String HEAP = "-Xmx232m";

  private final Random random = new Random(7);
  private final List<Window> places = new ArrayList<>();

  private LargeCanvas(int windows) {
    for (int i = 0; i < windows; i++) {
      boolean over = i % 2 == 1;
      Window before = over ? places.get(random.nextInt(i)) : null;
      int x =
          over ? before.x() + random.nextInt(WINDOW) - WINDOW / 2 : random.nextInt(SIDE - WINDOW);
      int y =
          over ? before.y() + random.nextInt(WINDOW) - WINDOW / 2 : random.nextInt(SIDE - WINDOW);
      places.add(
          new Window(
              Math.floorMod(x, SIDE - WINDOW), Math.floorMod(y, SIDE - WINDOW), WINDOW, WINDOW));
    }
  }

  static void run(Path home, int windows) throws IOException, InterruptedException {
    Path bundle = Files.createTempDirectory("ndstream-large-canvas");
    Path manifest = StitchBench.manifest(bundle, SIDE);
    try (ServerUnderTest server = new ServerUnderTest(home, Map.of("NDSTREAM_JAVA_OPTS", HEAP))) {
      Channel channel =
          server.serve(
              Map.of("d", manifest),
              "--stitch-memory",
              "104MiB",
              "--memory-budget",
              "32MiB",
              "--tile-cache",
              "32MiB");
      LargeCanvas canvas = new LargeCanvas(windows);
      canvas.measure(channel, server);
      canvas.finish(channel, server, bundle);
    } finally {
      StitchBench.delete(bundle);
    }
  }

  private void measure(Channel channel, ServerUnderTest server)
      throws IOException, InterruptedException {
    var stub = StitchServiceGrpc.newBlockingStub(channel);
    OpenRunRequest.Builder open =
        OpenRunRequest.newBuilder().setRun("large").setDataset("d").setChannels("a|b|c|d");
    open.setSpace(StitchSpace.STITCH_SPACE_IMAGE).setExpectedMin(0).setExpectedMax(1);
    stub.openRun(open.build());
    long start = System.nanoTime();
    send(channel);
    double sent = (System.nanoTime() - start) / 1e9;
    long wrong = 0;
    for (int i = 0; i < BOXES; i++) {
      Window box = anyBox();
      ReadCanvasRequest request =
          ReadCanvasRequest.newBuilder()
              .setRun("large")
              .setImageId(1)
              .setBox(WindowSender.box(box))
              .build();
      wrong += wrong(box, floats(stub.readCanvas(request).getAverage().getData()), 0);
    }
    double read = (System.nanoTime() - start) / 1e9 - sent;
    System.out.printf(
        Locale.ROOT,
        "%d windows in %.1f s, %d boxes in %.1f s, %d wrong values; server %s: at most %d MiB resident%n",
        places.size(),
        sent,
        BOXES,
        read,
        wrong,
        HEAP,
        server.peakResidentBytes() >> 20);
  }

  private void finish(Channel channel, ServerUnderTest server, Path bundle) throws IOException {
    FinalizeImageRequest request =
        FinalizeImageRequest.newBuilder().setRun("large").setImageId(1).setIncomplete(true).build();
    long start = System.nanoTime();
    FinishedRaster raster =
        StitchServiceGrpc.newBlockingStub(channel).finalizeImage(request).getRaster();
    double finalized = (System.nanoTime() - start) / 1e9;
    long wrong = 0;
    try (StoredAverages stored = new StoredAverages(bundle, raster)) {
      for (int i = 0; i < BOXES; i++) {
        Window box = anyBox();
        wrong += wrong(box, stored.read(box), stored.step());
      }
    }
    System.out.printf(
        Locale.ROOT,
        "finalized in %.1f s, %.1f MB, %d boxes of it with %d wrong values; at most %d MiB resident%n",
        finalized,
        Files.size(bundle.resolve(raster.getFileName())) / 1e6,
        BOXES,
        wrong,
        server.peakResidentBytes() >> 20);
  }

  private Window anyBox() {
    Window place = places.get(random.nextInt(places.size()));
    return new Window(
        place.x() + random.nextInt(WINDOW - BOX),
        place.y() + random.nextInt(WINDOW - BOX),
        BOX,
        BOX);
  }

  private void send(Channel channel) throws InterruptedException {
    try (WindowSender stream = new WindowSender(channel, "large", 1)) {
      for (int i = 0; i < places.size(); i += A_MESSAGE) {
        stream.send(
            IntStream.range(i, Math.min(i + A_MESSAGE, places.size()))
                .mapToObj(this::window)
                .toList());
      }
    }
  }

  private StitchWindow window(int n) {
    ByteBuffer pixels =
        ByteBuffer.allocate(4 * WINDOW * WINDOW * BANDS).order(ByteOrder.LITTLE_ENDIAN);
    while (pixels.hasRemaining()) {
      for (int band = 0; band < BANDS; band++) {
        pixels.putFloat(value(n, band));
      }
    }
    return WindowSender.window("w" + n, places.get(n), BANDS, ByteString.copyFrom(pixels.flip()));
  }

  /** A window has one value a band, a multiple of 2^-10: averages can be foretold exactly. */
  private static float value(int n, int band) {
    return (n * 31 + band * 257) % 1024 / 1024f;
  }

  private static float[] floats(ByteString data) {
    float[] values = new float[data.size() / Float.BYTES];
    data.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private long wrong(Window box, float[] found, double tolerance) {
    double[] sums = new double[BOX * BOX * BANDS];
    int[] counts = new int[BOX * BOX];
    for (int n = 0; n < places.size(); n++) {
      Window common = box.intersect(places.get(n));
      for (int y = common.y(); y < common.bottom(); y++) {
        for (int x = common.x(); x < common.right(); x++) {
          int pixel = (y - box.y()) * BOX + x - box.x();
          counts[pixel]++;
          for (int band = 0; band < BANDS; band++) {
            sums[pixel * BANDS + band] += value(n, band);
          }
        }
      }
    }
    long wrong = 0;
    for (int i = 0; i < sums.length; i++) {
      float wanted = (float) (sums[i] / counts[i / BANDS]);
      wrong += Math.abs(found[i] - wanted) <= tolerance ? 0 : 1;
    }
    return wrong;
  }
}
