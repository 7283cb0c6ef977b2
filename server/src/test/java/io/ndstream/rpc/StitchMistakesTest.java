package io.ndstream.rpc;

import static io.ndstream.rpc.StitchingCalls.box;
import static io.ndstream.rpc.StitchingCalls.ones;
import static io.ndstream.rpc.StitchingCalls.reason;
import static io.ndstream.rpc.StitchingCalls.request;
import static io.ndstream.rpc.StitchingCalls.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.ndstream.toy.ToyDatasets;
import io.ndstream.v1.AbortRunRequest;
import io.ndstream.v1.DType;
import io.ndstream.v1.ExpectedGrid;
import io.ndstream.v1.ExpectedWindows;
import io.ndstream.v1.FinalizeImageRequest;
import io.ndstream.v1.FinalizeImageResponse;
import io.ndstream.v1.ImageCanvas;
import io.ndstream.v1.ListRunImagesRequest;
import io.ndstream.v1.NanPolicy;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.OutputOptions;
import io.ndstream.v1.PixelBox;
import io.ndstream.v1.QuantizeOptions;
import io.ndstream.v1.ReadCanvasRequest;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.Tensor;
import io.ndstream.v1.WindowAck;
import io.ndstream.v1.WindowState;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a request is told by its reason, and costs nothing that was right. */
class StitchMistakesTest {
  private static final int FAR = 1 << 29;

  @TempDir static Path directory;
  private static RunningServer server;
  private static ManagedChannel channel;
  private static StitchingCalls calls;

  @BeforeAll
  static void start() {
    server =
        new RunningServer(
            directory, 2, 8 << 20, ToyDatasets.materialise("shapes3-gsize64", directory));
    channel = server.connect();
    calls = new StitchingCalls(channel);
  }

  @AfterAll
  static void stop() throws Exception {
    channel.shutdownNow();
    server.close();
  }

  private static Tensor floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return Tensor.newBuilder()
        .setDtype(DType.DTYPE_FLOAT32)
        .addShape(1)
        .addShape(values.length)
        .setData(ByteString.copyFrom(bytes))
        .build();
  }

  private static StitchWindow.Builder pair() {
    return window("w", 0, 0, 2, 1);
  }

  private static Tensor shaped(long... shape) {
    Tensor.Builder tensor = Tensor.newBuilder().setDtype(DType.DTYPE_UINT8);
    for (long length : shape) {
      tensor.addShape(length);
    }
    return tensor.setData(ByteString.copyFrom(new byte[2])).build();
  }

  /** Windows by the reason they are refused for; the strings before a dot only tell them apart. */
  private static Map<String, StitchWindow.Builder> badWindows() {
    Map<String, StitchWindow.Builder> bad = new LinkedHashMap<>();
    bad.put("shape.BAD_SHAPE", pair().setPixels(ones(2, 2)));
    bad.put("transposed.BAD_SHAPE", pair().setPixels(ones(2, 1)));
    bad.put("bands.BANDS", pair().setPixels(ones(1, 2, 2)));
    bad.put("no bands.BANDS", pair().setPixels(ones(1, 2, 0)));
    bad.put("axes.BAD_SHAPE", pair().setPixels(ones(1, 2).toBuilder().setAxes("NHW")));
    bad.put("one axis.BAD_SHAPE", pair().setPixels(ones(2)));
    bad.put("four axes.BAD_SHAPE", pair().setPixels(ones(1, 1, 2, 1)));
    bad.put("negative length.BAD_SHAPE", pair().setPixels(shaped(-1, -2)));
    bad.put("overflowing lengths.BAD_SHAPE", pair().setPixels(shaped(1L << 32, 1L << 32)));
    bad.put("endless length.BAD_SHAPE", pair().setPixels(shaped(Long.MAX_VALUE, 2)));
    bad.put("no pixels.BAD_SHAPE", pair().clearPixels());
    bad.put(
        "cut data.BAD_SHAPE", pair().setPixels(ones(1, 2).toBuilder().setData(ByteString.EMPTY)));
    bad.put(
        "more data.BAD_SHAPE",
        pair().setPixels(ones(1, 2).toBuilder().setData(ByteString.copyFrom(new byte[9]))));
    bad.put("no type.BAD_DTYPE", pair().setPixels(ones(1, 2).toBuilder().clearDtype()));
    bad.put("unknown type.BAD_DTYPE", pair().setPixels(ones(1, 2).toBuilder().setDtypeValue(99)));
    bad.put("NaN weights.BAD_WEIGHTS", pair().setWeights(floats(1, Float.NaN)));
    bad.put("endless weights.BAD_WEIGHTS", pair().setWeights(floats(1, Float.POSITIVE_INFINITY)));
    bad.put("negative weights.BAD_WEIGHTS", pair().setWeights(floats(1, -1)));
    bad.put("wide weights.BAD_WEIGHTS", pair().setWeights(floats(1, 1, 1)));
    bad.put("bytes for weights.BAD_WEIGHTS", pair().setWeights(ones(1, 2)));
    bad.put(
        "cut weights.BAD_WEIGHTS",
        pair().setWeights(floats(1, 1).toBuilder().setData(ByteString.copyFrom(new byte[7]))));
    bad.put("turned box.BAD_WINDOW", pair().setBox(box(2, 0, 0, 1)));
    bad.put("endless box.BAD_WINDOW", pair().setBox(box(Long.MIN_VALUE, 0, Long.MAX_VALUE, 1)));
    bad.put("far box.BAD_WINDOW", pair().setBox(box(FAR, 0, FAR + 2L, 1)));
    bad.put("huge box.BAD_SHAPE", pair().setBox(box(-FAR, -FAR, FAR, FAR)));
    bad.put("image.UNKNOWN_IMAGE", pair().setImageId(99));
    bad.put("negative image.UNKNOWN_IMAGE", pair().setImageId(Long.MIN_VALUE));
    bad.put("finalized.FINALIZED", pair().setImageId(3));
    bad.put("long id.BAD_ARGUMENT", pair().setWindowId("x".repeat(201)));
    bad.put("reused id.WINDOW_REUSED", pair().setWindowId("good0").setBox(box(5, 5, 7, 6)));
    return bad;
  }

  @Test
  void badWindowsAreRefusedOneByOneAndTheOthersKept() throws Exception {
    calls.open("windows");
    calls.add("windows", List.of(window("all", 0, 0, 1, 1).setImageId(3).build()));
    finalizeImage("windows", 3);
    calls.add("windows", List.of(window("good0", 0, 0, 1, 1).build()));
    Map<String, StitchWindow.Builder> bad = badWindows();
    List<StitchWindow> message = new ArrayList<>();
    int good = 1;
    for (StitchWindow.Builder window : bad.values()) {
      message.add(window.build());
      message.add(window("good" + good, good % 60, 0, 1, 1).build());
      good++;
    }
    List<WindowAck> acks = calls.add("windows", message);
    int at = 0;
    for (String name : bad.keySet()) {
      WindowAck ack = acks.get(at);
      assertThat(ack.getError().getReason())
          .as(name)
          .isEqualTo(name.substring(name.indexOf('.') + 1));
      assertThat(ack.getError().getMetadataMap()).as(name).containsEntry("run", "windows");
      assertThat(acks.get(at + 1).getState()).isEqualTo(WindowState.WINDOW_STATE_ACCEPTED);
      at += 2;
    }
    assertThat(calls.run("windows").getWindows()).isEqualTo(good + 1);
  }

  @Test
  void strangeWindowsThatAreRightCount() throws Exception {
    calls.open("strange");
    List<StitchWindow> message =
        List.of(
            window("empty", 3, 3, 0, 0).build(),
            window("flat", 3, 3, 7, 0).build(),
            window("outside", -20, -20, 10, 10).build(),
            window("far outside", 1_000_000, 1_000_000, 10, 10).build(),
            window("over the edge", -5, 60, 10, 10).build(),
            window("twice", 0, 0, 4, 4).build(),
            window("twice", 0, 0, 4, 4).build());
    List<WindowAck> acks = calls.add("strange", message);
    assertThat(acks.subList(0, 6))
        .allMatch(ack -> ack.getState() == WindowState.WINDOW_STATE_ACCEPTED, "accepted");
    assertThat(acks.get(6).getState()).isEqualTo(WindowState.WINDOW_STATE_DUPLICATE);
    assertThat(calls.add("strange", message))
        .allMatch(ack -> ack.getState() == WindowState.WINDOW_STATE_DUPLICATE, "known");
    assertThat(calls.run("strange").getWindows()).isEqualTo(6);
    finalizeImage("strange", 1);
  }

  @Test
  void nanIsRefusedWhereTheRunSaysSo() throws Exception {
    calls.stub.openRun(request("nan").setNanPolicy(NanPolicy.NAN_POLICY_REFUSE).build());
    StitchWindow bad = pair().setPixels(floats(1, Float.NaN)).build();
    assertThat(calls.add("nan", List.of(bad)).get(0).getError().getReason())
        .isEqualTo("BAD_PIXELS");
    assertThat(calls.run("nan").getWindows()).isZero();
  }

  @Test
  void aStreamIsOfOneRun() throws Exception {
    calls.open("mine");
    calls.open("theirs");
    try (StitchingCalls.Stream stream = calls.new Stream()) {
      stream.add("mine", List.of(pair().build()));
      assertThat(reason(() -> addTo(stream, "theirs"))).isEqualTo("WRONG_RUN");
    }
    try (StitchingCalls.Stream stream = calls.new Stream()) {
      assertThat(reason(() -> addTo(stream, "nobodys"))).isEqualTo("UNKNOWN_RUN");
    }
    assertThat(calls.run("mine").getWindows()).isEqualTo(1);
    assertThat(calls.run("theirs").getWindows()).isZero();
  }

  private static List<WindowAck> addTo(StitchingCalls.Stream stream, String run) {
    try {
      return stream.add(run, List.of(pair().build()));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static OpenRunRequest.Builder output(OutputOptions.Builder output) {
    return request("x").setOutput(output);
  }

  private static ExpectedWindows.Builder expected() {
    return ExpectedWindows.newBuilder();
  }

  /** Runs by the reason they are refused for. */
  private static Map<String, OpenRunRequest.Builder> badRuns() {
    Map<String, OpenRunRequest.Builder> bad = new LinkedHashMap<>();
    int number = 0;
    for (String name :
        List.of(
            "", ".", "..", "a/b", "/etc", "../up", "a b", "\0", "é", ".hidden", "x".repeat(101))) {
      bad.put(number++ + " name.BAD_ARGUMENT", request("x").setRun(name));
    }
    bad.put("dataset.UNKNOWN_DATASET", request("x").setDataset("nowhere"));
    bad.put("channels.BAD_CHANNELS", request("x").setChannels("|||"));
    bad.put("many channels.BAD_CHANNELS", request("x").setChannels("a:9999999999"));
    bad.put("scale.BAD_SCALE", request("x").addScale(-1));
    bad.put("scales.BAD_SCALE", request("x").addScale(1).addScale(1).addScale(1));
    bad.put("NaN scale.BAD_SCALE", request("x").addScale(Double.NaN));
    bad.put("range.QUANT_RANGE", request("x").setExpectedMin(1).setExpectedMax(0));
    bad.put(
        "NaN range.QUANT_RANGE",
        request("x").setExpectedMin(Double.NaN).setExpectedMax(Double.NaN));
    bad.put("memory.BAD_ARGUMENT", request("x").setMemoryBytes(-5));
    bad.put("block.BAD_ARGUMENT", output(OutputOptions.newBuilder().setBlockSize(7)));
    bad.put("compression.BAD_ARGUMENT", output(OutputOptions.newBuilder().setCompression("ZIP")));
    bad.put("directory.FORBIDDEN_PATH", output(OutputOptions.newBuilder().setAssetsDir("/tmp")));
    bad.put("code.FORBIDDEN_PATH", output(OutputOptions.newBuilder().setShortCode("../../..")));
    bad.put("manifest.FORBIDDEN_PATH", output(OutputOptions.newBuilder().setManifest("../m.json")));
    bad.put("no path.BAD_ARGUMENT", output(OutputOptions.newBuilder().setAssetsDir("\0")));
    bad.put(
        "long code.BAD_ARGUMENT", output(OutputOptions.newBuilder().setShortCode("é".repeat(101))));
    bad.put("no manifest.BAD_ARGUMENT", output(OutputOptions.newBuilder().setManifest("im1.png")));
    bad.put("format.BAD_ARGUMENT", output(OutputOptions.newBuilder().setFormatValue(9)));
    bad.put(
        "type.BAD_DTYPE",
        output(
            OutputOptions.newBuilder()
                .setQuantize(QuantizeOptions.newBuilder().setDtypeValue(77))));
    bad.put("plan.UNKNOWN_PLAN", request("x").setExpected(expected().setPlan("0123456789abcdef")));
    bad.put("count.BAD_ARGUMENT", request("x").setExpected(expected().setCount(-1)));
    bad.put(
        "grid.BAD_WINDOW",
        request("x").setExpected(expected().setGrid(ExpectedGrid.newBuilder().addWindow(-3))));
    bad.put(
        "endless canvas.BAD_ARGUMENT",
        request("x")
            .addImages(
                ImageCanvas.newBuilder().setImageId(1).setWidth(1L << 31).setHeight(1L << 31)));
    bad.put(
        "negative canvas.BAD_ARGUMENT",
        request("x").addImages(ImageCanvas.newBuilder().setImageId(1).setWidth(-1).setHeight(-1)));
    bad.put(
        "nobody's canvas.UNKNOWN_IMAGE",
        request("x").addImages(ImageCanvas.newBuilder().setImageId(77)));
    return bad;
  }

  @Test
  void badRunsAreRefusedAndLeaveNothing() {
    long before = files();
    assertAll(
        badRuns().entrySet().stream()
            .map(
                bad ->
                    () ->
                        assertThat(reason(() -> calls.stub.openRun(bad.getValue().build())))
                            .as(bad.getKey())
                            .isEqualTo(bad.getKey().substring(bad.getKey().indexOf('.') + 1))));
    assertThat(files()).isEqualTo(before);
    calls.open("x");
    calls.stub.abortRun(AbortRunRequest.newBuilder().setRun("x").build());
  }

  private static long files() {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLargeCanvasCostsWhatIsTouched() throws Exception {
    calls.stub.openRun(
        request("large")
            .addImages(ImageCanvas.newBuilder().setImageId(1).setWidth(FAR).setHeight(FAR))
            .build());
    calls.add("large", List.of(window("w", FAR - 20, FAR - 20, 20, 20).build()));
    assertThat(calls.run("large").getMemoryBytes()).isLessThan(1 << 20);
    ReadCanvasRequest all = ReadCanvasRequest.newBuilder().setRun("large").setImageId(1).build();
    assertThat(reason(() -> calls.stub.readCanvas(all))).isEqualTo("OVER_BUDGET");
    ReadCanvasRequest corner = all.toBuilder().setBox(box(FAR - 5, FAR - 5, FAR, FAR)).build();
    assertThat(calls.stub.readCanvas(corner).getAverage().getShapeList())
        .isEqualTo(List.of(5L, 5L, 1L));
    ListRunImagesRequest images =
        ListRunImagesRequest.newBuilder().setRun("large").setWithCoverage(true).build();
    assertThat(calls.stub.listRunImages(images).getImages(0).getCovered())
        .isEqualTo(400 / ((double) FAR * FAR));
    assertThat(reason(() -> finalizeImage("large", 1))).isEqualTo("OVER_BUDGET");
  }

  @Test
  void aBoxWithoutAPixelOfTheCanvasIsRefused() throws Exception {
    calls.open("read");
    calls.add("read", List.of(window("w", 0, 0, 4, 4).build()));
    ReadCanvasRequest.Builder read = ReadCanvasRequest.newBuilder().setRun("read").setImageId(1);
    for (PixelBox box : List.of(box(3, 3, 3, 3), box(0, 64, 64, 65), box(-9, 0, 0, 9))) {
      assertThat(reason(() -> calls.stub.readCanvas(read.setBox(box).build())))
          .isEqualTo("BAD_WINDOW");
    }
  }

  @Test
  void aRangeOfNothingIsWidened() throws Exception {
    calls.stub.openRun(
        request("zeros")
            .setExpectedMin(0)
            .setExpectedMax(0)
            .setOutput(
                OutputOptions.newBuilder()
                    .setQuantize(QuantizeOptions.newBuilder().setMin(0).setMax(0)))
            .build());
    calls.add("zeros", List.of(window("w", 0, 0, 4, 4).build()));
    finalizeImage("zeros", 1);
  }

  @Test
  void aRunWhoseFilesAreGoneCanBeEnded() throws Exception {
    calls.open("lost");
    calls.add("lost", List.of(window("w", 0, 0, 4, 4).build()));
    try (Stream<Path> lost =
        Files.find(directory, 9, (path, is) -> path.toString().contains("/lost"))) {
      lost.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    }
    calls.stub.abortRun(AbortRunRequest.newBuilder().setRun("lost").build());
    calls.open("lost");
    assertThat(calls.run("lost").getWindows()).isZero();
  }

  private static FinalizeImageResponse finalizeImage(String run, long image) {
    return calls.stub.finalizeImage(
        FinalizeImageRequest.newBuilder()
            .setRun(run)
            .setImageId(image)
            .setIncomplete(true)
            .build());
  }
}
