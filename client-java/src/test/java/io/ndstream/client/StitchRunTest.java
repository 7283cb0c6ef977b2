package io.ndstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.ndstream.v1.Batch;
import io.ndstream.v1.DType;
import io.ndstream.v1.ExpectedWindows;
import io.ndstream.v1.FinishedRaster;
import io.ndstream.v1.GridSpec;
import io.ndstream.v1.GridTask;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.OutputOptions;
import io.ndstream.v1.PixelBox;
import io.ndstream.v1.PlanSpec;
import io.ndstream.v1.Selection;
import io.ndstream.v1.StitchSpace;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.Tensor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real server process on toy videos. */
class StitchRunTest {
  private static final StitchWindow WINDOW =
      StitchWindow.newBuilder()
          .setBox(PixelBox.newBuilder().setRight(1).setBottom(1))
          .setPixels(
              Tensor.newBuilder()
                  .setDtype(DType.DTYPE_UINT8)
                  .addAllShape(List.of(1L, 1L, 2L))
                  .setData(ByteString.copyFrom(new byte[2])))
          .build();

  @TempDir static Path directory;
  private static LocalServer server;
  private static Client client;

  @BeforeAll
  static void start() {
    List<String> data = List.of("toy:vidshapes1-frames2-gsize64");
    server =
        LocalServer.start(
            data, "--workdir", directory.toString(), "--shared-memory", directory.toString());
    client = Client.connect(server.address());
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  private static PlanSpec plan(int... window) {
    GridSpec.Builder grid = GridSpec.newBuilder().addOverlap(0);
    grid.setTask(window.length == 3 ? GridTask.GRID_TASK_VIDEO : GridTask.GRID_TASK_IMAGE);
    for (int size : window) {
      grid.addWindowDims(size);
    }
    String name = client.grids().create(grid.build()).getGrid().getName();
    return PlanSpec.newBuilder()
        .setBatchSize(3)
        .setSelection(Selection.newBuilder().setGrid(name))
        .build();
  }

  private static OpenRunRequest.Builder request(String run, PlanSpec plan) {
    return OpenRunRequest.newBuilder()
        .setRun(run)
        .setChannels(run)
        .setExpected(ExpectedWindows.newBuilder().setPlanSpec(plan))
        .setOutput(OutputOptions.newBuilder().setNoQuantize(true));
  }

  /** Predicts for every pixel the number of its image. */
  private static void predict(StitchRun run, PlanSpec plan) {
    try (BatchStream batches = client.batches(plan)) {
      batches.forEachRemaining(batch -> run.add(batch, imageNumbers(batch), 1));
    }
  }

  private static float[] imageNumbers(Batch batch) {
    NdArray images =
        NdArray.of(batch.hasFrameImageIds() ? batch.getFrameImageIds() : batch.getImageIds());
    NdArray box = NdArray.of(batch.getWindows());
    int pixels = (int) ((box.longAt(2) - box.longAt(0)) * (box.longAt(3) - box.longAt(1)));
    float[] values = new float[(int) images.size() * pixels];
    for (int i = 0; i < values.length; i++) {
      values[i] = images.longAt(i / pixels);
    }
    return values;
  }

  private static void assertAll(NdArray canvas, double value) {
    for (int i = 0; i < canvas.size(); i++) {
      assertThat(canvas.doubleAt(i)).as("pixel %d", i).isEqualTo(value);
    }
  }

  @Test
  void videoSamplesGoToTheImagesOfTheirFrames() {
    PlanSpec plan = plan(2, 32, 32);
    StitchRun run = client.stitch(request("frames", plan).build());
    predict(run, plan);
    assertThat(run.status().getCompleteImages()).isEqualTo(2);
    assertAll(run.read(1), 1);
    assertAll(run.read(2), 2);
    FinishedRaster raster = run.finalizeImage(2);
    assertThat(raster.getChannelsList()).containsExactly("frames");
    assertThat(run.finalizeImage(2)).isEqualTo(raster);
    String manifest = run.finish();
    assertThat(Path.of(manifest).resolveSibling(raster.getFileName())).isNotEmptyFile();
    refused("UNKNOWN_RUN", run::status);
  }

  @Test
  void imageSamplesGoToTheirImages() {
    PlanSpec plan = plan(40, 40);
    OpenRunRequest request =
        request("pictures", plan).setSpace(StitchSpace.STITCH_SPACE_IMAGE).build();
    StitchRun run = client.stitch(request);
    predict(run, plan);
    assertAll(run.read(2), 2);
    client.stitch(request); // goes on with the run of this name
    refused("RUN_EXISTS", () -> client.stitch(request.toBuilder().addScale(2).build()));
    refused("UNKNOWN_IMAGE", () -> run.add(StitchWindow.newBuilder(WINDOW).setImageId(9).build()));
    refused("BANDS", () -> run.add(StitchWindow.newBuilder(WINDOW).setImageId(1).build()));
    assertAll(run.read(1), 1);
    run.abort();
    refused("UNKNOWN_RUN", run::status);
  }

  @Test
  void windowsOfTwoPlansCountBesideEachOther() {
    PlanSpec large = plan(40, 40);
    PlanSpec small = plan(32, 32);
    StitchRun run = client.stitch(request("both", large).clearExpected().build());
    predict(run, large);
    long windows = run.status().getWindows();
    predict(run, large.toBuilder().setBatchSize(1).build());
    assertThat(run.status().getWindows()).isEqualTo(windows);
    predict(run, small);
    assertThat(run.status().getWindows()).isGreaterThan(windows);
    run.abort();
    run.abort(); // as if the first answer had been lost
  }

  @Test
  void predictionsHaveTheSizeOfTheirWindows() {
    PlanSpec plan = plan(40, 40);
    StitchRun run = client.stitch(request("sizes", plan).build());
    try (BatchStream batches = client.batches(plan)) {
      Batch batch = batches.next();
      assertThatThrownBy(() -> run.add(batch, new float[3 * 40 * 39], 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected: 1600");
      assertThatThrownBy(() -> run.add(batch, new float[3 * 40 * 40 + 1], 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(run.status().getWindows()).isZero();
  }

  @Test
  void predictionsInSharedMemoryArriveToTheLastBitAndLeaveNothing() throws Exception {
    PlanSpec plan = plan(16, 16);
    StitchRun run =
        client.stitch(request("noise", plan).setSpace(StitchSpace.STITCH_SPACE_IMAGE).build());
    Random random = new Random(7);
    Map<List<Long>, Float> sent = new HashMap<>();
    try (BatchStream batches = client.batches(plan)) {
      batches.forEachRemaining(batch -> run.add(batch, noise(batch, random, sent), 1));
    }
    assertThat(new SegmentFiles(directory).all()).hasSize(1);
    for (long image : new long[] {1, 2}) {
      NdArray canvas = run.read(image);
      for (int i = 0; i < 64 * 64; i++) {
        assertThat((float) canvas.doubleAt(i))
            .as("pixel %d of image %d", i, image)
            .isEqualTo(sent.get(List.of(image, i % 64L, i / 64L)));
      }
    }
    run.abort();
    new SegmentFiles(directory).awaitNone();
  }

  /** Random numbers for every pixel of a batch's windows, which are noted. */
  private static float[] noise(Batch batch, Random random, Map<List<Long>, Float> sent) {
    NdArray images = NdArray.of(batch.getImageIds());
    float[] values = new float[(int) images.size() * 16 * 16];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
      NdArray box = NdArray.of(batch.getWindows()).at(i / 256);
      long x = box.longAt(0) + i % 16;
      long y = box.longAt(1) + i / 16 % 16;
      sent.put(List.of(images.longAt(i / 256), x, y), values[i]);
    }
    return values;
  }

  private static void refused(String reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            NdstreamException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
