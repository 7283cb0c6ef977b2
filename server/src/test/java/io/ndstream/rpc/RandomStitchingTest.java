package io.ndstream.rpc;

import static io.ndstream.rpc.StitchingCalls.box;
import static io.ndstream.rpc.StitchingCalls.ones;
import static io.ndstream.rpc.StitchingCalls.reason;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.ndstream.geom.Window;
import io.ndstream.toy.ToyDatasets;
import io.ndstream.v1.AbortRunRequest;
import io.ndstream.v1.CompleteImageRequest;
import io.ndstream.v1.DType;
import io.ndstream.v1.ExtractPolygonsRequest;
import io.ndstream.v1.FinalizeImageRequest;
import io.ndstream.v1.FlushRequest;
import io.ndstream.v1.ListRunImagesRequest;
import io.ndstream.v1.ReadCanvasRequest;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.Tensor;
import io.ndstream.v1.WindowAck;
import io.ndstream.v1.WindowState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Good windows, bad ones and nonsense in any order: each gets the answer that a small model
 * foretells, and the canvas holds what was accepted.
 */
class RandomStitchingTest {
  private static final long SECONDS = 8;
  private static final int MESSAGES = 100;
  private static final int SIDE = 64;
  private static final int IDS = 120;
  private static final long NONSENSE = 3;

  @TempDir Path directory;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final Map<Long, Canvas> canvases = new HashMap<>();
  private StitchingCalls calls;
  private String run;
  private long counted;

  /** What the server should know of an image. */
  private static final class Canvas {
    final Map<String, Window> windows = new HashMap<>();
    final double[] weights = new double[SIDE * SIDE];
    boolean ended;

    String answer(String id, Window window) {
      Window known = windows.get(id);
      if (known != null) {
        return known.equals(window) ? "WINDOW_STATE_DUPLICATE" : "WINDOW_REUSED";
      }
      return ended ? "FINALIZED" : "WINDOW_STATE_ACCEPTED";
    }

    void add(String id, Window window, float weight) {
      windows.put(id, window);
      Window inside = window.intersect(new Window(0, 0, SIDE, SIDE));
      for (int y = inside.y(); y < inside.bottom(); y++) {
        for (int x = inside.x(); x < inside.right(); x++) {
          weights[y * SIDE + x] += weight;
        }
      }
    }
  }

  @Test
  void everyWindowGetsItsAnswer() throws Exception {
    try (RunningServer server =
        new RunningServer(
            directory, 2, 8 << 20, ToyDatasets.materialise("shapes3-gsize64", directory))) {
      ManagedChannel channel = server.connect();
      calls = new StitchingCalls(channel);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      for (int i = 0; System.nanoTime() < end; i++) {
        stitch("random" + i);
      }
      channel.shutdownNow();
    }
  }

  private void stitch(String name) throws InterruptedException {
    run = name;
    counted = 0;
    canvases.clear();
    calls.open(run);
    for (int i = 0; i < MESSAGES; i++) {
      message();
      assertThat(otherCall()).as("seed %d", seed).isNotIn("INTERNAL", "UNKNOWN");
    }
    assertThat(calls.run(run).getWindows()).as("seed %d", seed).isEqualTo(counted);
    calls.stub.abortRun(AbortRunRequest.newBuilder().setRun(run).build());
  }

  private void message() throws InterruptedException {
    List<StitchWindow> windows = new ArrayList<>();
    List<String> answers = new ArrayList<>();
    for (int i = 1 + random.nextInt(20); i > 0; i--) {
      if (random.nextInt(4) == 0) {
        windows.add(nonsense());
        answers.add("");
      } else {
        windows.add(window(answers));
      }
    }
    List<WindowAck> acks = calls.add(run, windows);
    for (int i = 0; i < acks.size(); i++) {
      WindowAck ack = acks.get(i);
      boolean refused = ack.getState() == WindowState.WINDOW_STATE_REFUSED;
      String said = refused ? ack.getError().getReason() : ack.getState().name();
      assertThat(said).as("seed %d: %s", seed, windows.get(i)).isNotEqualTo("INTERNAL");
      if (!answers.get(i).isEmpty()) {
        assertThat(said).as("seed %d: %s", seed, windows.get(i)).isEqualTo(answers.get(i));
      }
      counted += said.equals("WINDOW_STATE_ACCEPTED") ? 1 : 0;
    }
  }

  private StitchWindow nonsense() {
    StitchWindow any =
        (StitchWindow)
            new RandomMessages(random.nextLong()).like(StitchWindow.getDefaultInstance());
    return any.toBuilder().setImageId(NONSENSE).build();
  }

  /** A window with one mistake at most; adds the answer it should get. */
  private StitchWindow window(List<String> answers) {
    long image = 1 + random.nextInt(2);
    String id = "w" + random.nextInt(IDS);
    Window place =
        new Window(
            random.nextInt(SIDE + 20) - 20,
            random.nextInt(SIDE + 20) - 20,
            random.nextInt(40),
            random.nextInt(40));
    float weight = random.nextInt(4);
    StitchWindow.Builder window =
        StitchWindow.newBuilder()
            .setImageId(image)
            .setWindowId(id)
            .setBox(box(place.x(), place.y(), place.right(), place.bottom()))
            .setPixels(ones(place.height(), place.width()))
            .setWeights(weights(place, weight));
    Canvas canvas = canvases.computeIfAbsent(image, i -> new Canvas());
    String answer = canvas.answer(id, place);
    if (answer.equals("WINDOW_STATE_ACCEPTED") && random.nextInt(5) == 0) {
      window.setPixels(ones(place.height() + 1, place.width()));
      answer = "BAD_SHAPE";
    } else if (answer.equals("WINDOW_STATE_ACCEPTED")) {
      canvas.add(id, place, weight);
    }
    answers.add(answer);
    return window.build();
  }

  private static Tensor weights(Window place, float weight) {
    int count = place.width() * place.height();
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putFloat(weight);
    }
    return Tensor.newBuilder()
        .setDtype(DType.DTYPE_FLOAT32)
        .addShape(place.height())
        .addShape(place.width())
        .setData(ByteString.copyFrom(bytes.flip()))
        .build();
  }

  /** Something else about the run; returns what came of it. */
  private String otherCall() {
    long image = 1 + random.nextInt(3);
    switch (random.nextInt(40)) {
      case 0:
        return ended(
            image,
            reason(
                () ->
                    calls.stub.finalizeImage(
                        FinalizeImageRequest.newBuilder()
                            .setRun(run)
                            .setImageId(image)
                            .setIncomplete(true)
                            .build())));
      case 1:
        return ended(
            image,
            reason(
                () ->
                    calls.stub.completeImage(
                        CompleteImageRequest.newBuilder().setRun(run).setImageId(image).build())));
      case 2:
        return reason(() -> calls.stub.flush(FlushRequest.newBuilder().setRun(run).build()));
      case 3:
        return reason(
            () ->
                calls
                    .stub
                    .extractPolygons(
                        ExtractPolygonsRequest.newBuilder()
                            .setRun(run)
                            .setImageId(image)
                            .setThreshold(0.5)
                            .build())
                    .hasNext());
      case 4:
        return reason(
            () ->
                calls.stub.listRunImages(
                    ListRunImagesRequest.newBuilder().setRun(run).setWithCoverage(true).build()));
      default:
        return reason(() -> compare(1 + random.nextInt(2)));
    }
  }

  private String ended(long image, String said) {
    if (said.equals("OK") && image != NONSENSE) {
      canvases.get(image).ended = true;
    }
    return said;
  }

  private DoubleBuffer compare(long image) {
    DoubleBuffer weights =
        calls
            .stub
            .readCanvas(
                ReadCanvasRequest.newBuilder()
                    .setRun(run)
                    .setImageId(image)
                    .setWithSums(true)
                    .build())
            .getWeights()
            .getData()
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asDoubleBuffer();
    double[] found = new double[SIDE * SIDE];
    weights.get(found);
    assertThat(found).as("seed %d", seed).isEqualTo(canvases.get(image).weights);
    return weights;
  }
}
