package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.ndstream.v1.AbortRunRequest;
import io.ndstream.v1.AccumulateRequest;
import io.ndstream.v1.AccumulateResponse;
import io.ndstream.v1.Affine;
import io.ndstream.v1.DType;
import io.ndstream.v1.FinalizeImageRequest;
import io.ndstream.v1.FinishedRaster;
import io.ndstream.v1.FlushRequest;
import io.ndstream.v1.GetRunRequest;
import io.ndstream.v1.ImageCanvas;
import io.ndstream.v1.NanPolicy;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.OutputOptions;
import io.ndstream.v1.PixelBox;
import io.ndstream.v1.Placement;
import io.ndstream.v1.QuantizeOptions;
import io.ndstream.v1.RasterFormat;
import io.ndstream.v1.ReadCanvasRequest;
import io.ndstream.v1.ReadCanvasResponse;
import io.ndstream.v1.Run;
import io.ndstream.v1.StitchServiceGrpc;
import io.ndstream.v1.StitchServiceGrpc.StitchServiceBlockingStub;
import io.ndstream.v1.StitchServiceGrpc.StitchServiceStub;
import io.ndstream.v1.StitchSpace;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.Tensor;
import io.ndstream.v1.WindowAck;
import io.ndstream.v1.WindowState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** One recorded case that needs a run. Windows are sent one by one, as the reference got them. */
final class StitchCase {
  private static final long PATIENCE_SECONDS = 30;
  /** The policies by the reference's spelling. */
  private static final Map<String, NanPolicy> POLICIES =
      Map.of(
          "propogate", NanPolicy.NAN_POLICY_PROPAGATE,
          "omit", NanPolicy.NAN_POLICY_OMIT,
          "raise", NanPolicy.NAN_POLICY_REFUSE);

  private final JsonNode c;
  private final JsonNode in;
  private final JsonNode answer;
  private final String id;
  private final Path dir;
  private final Path manifest;
  private final StitchServiceBlockingStub stub;
  private final StitchServiceStub streams;
  private int sent;

  StitchCase(JsonNode c, Path dir, Channel channel, Path manifest) {
    this.c = c;
    this.in = c.get("inputs");
    this.answer = StitchConform.answer(c);
    this.id = c.get("id").asText();
    this.dir = dir;
    this.manifest = manifest;
    this.stub = StitchServiceGrpc.newBlockingStub(channel);
    this.streams = StitchServiceGrpc.newStub(channel);
  }

  void run() throws Exception {
    try {
      perform();
    } finally {
      abort();
    }
  }

  private void abort() {
    try {
      stub.abortRun(AbortRunRequest.newBuilder().setRun(id).build());
    } catch (StatusRuntimeException e) {
      StitchTolerance.same("ending the run", StitchTolerance.reason(e), "UNKNOWN_RUN"); // it was refused, as it should
    }
  }

  private void perform() throws Exception {
    switch (c.get("kind").asText()) {
      case "stitcher" -> stitcher();
      case "accumulate" -> accumulate();
      default -> finish();
    }
  }

  // ---- the bare accumulator

  private void stitcher() throws Exception {
    JsonNode shape = in.get("shape");
    int bands = shape.size() < 3 ? 1 : shape.get(2).asInt();
    boolean signed = hasNegativeWeight();
    OpenRunRequest.Builder request =
        OpenRunRequest.newBuilder().setRun(id).setDataset(id).setChannels("b:" + bands).setSpace(StitchSpace.STITCH_SPACE_IMAGE);
    request.setNanPolicy(POLICIES.get(in.get("nan_policy").asText()));
    request.setPlacement(signed ? Placement.PLACEMENT_LENIENT : Placement.PLACEMENT_INSIDE);
    stub.openRun(request.build());
    int step = 0;
    for (JsonNode op : in.get("ops")) {
      NdArray patch = StitchConform.array(dir, op.get("patch"));
      StitchWindow.Builder window = window(1, op.get("slice"), patch);
      weights(op.path("weight"), patch, window);
      if (sendOrFail(window, step++)) {
        return;
      }
    }
    checkCanvas(1, answer, in.path("read").isNull() ? null : in.get("read"));
  }

  private boolean hasNegativeWeight() throws IOException {
    for (JsonNode op : in.get("ops")) {
      JsonNode weight = op.path("weight");
      double[] weights = weight.isObject() ? StitchConform.array(dir, weight).toDoubles() : new double[] {weight.asDouble(1)};
      if (Arrays.stream(weights).anyMatch(w -> w < 0)) {
        return true;
      }
    }
    return false;
  }

  private void weights(JsonNode weight, NdArray patch, StitchWindow.Builder window) throws IOException {
    if (weight.isMissingNode() || weight.isNull()) {
      return;
    }
    int height = patch.shape().get(0).intValue();
    int width = patch.shape().get(1).intValue();
    NdArray array = weight.isObject() ? StitchConform.array(dir, weight) : null;
    double[] values = array == null ? new double[] {weight.asDouble()} : array.toDoubles();
    int rows = array == null ? 1 : array.shape().get(0).intValue();
    int columns = array == null || array.shape().size() < 2 ? 1 : array.shape().get(1).intValue();
    ByteBuffer floats = ByteBuffer.allocate(4 * height * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        floats.putFloat((float) values[Math.min(y, rows - 1) * columns + Math.min(x, columns - 1)]);
      }
    }
    window.setWeights(floats(floats, height, width));
  }

  private static Tensor floats(ByteBuffer floats, long height, long width) {
    return Tensor.newBuilder()
        .setDtype(DType.DTYPE_FLOAT32)
        .addShape(height)
        .addShape(width)
        .setData(ByteString.copyFrom(floats.flip()))
        .build();
  }

  // ---- the manager

  private void accumulate() throws Exception {
    stub.openRun(managed(true));
    boolean traced = c.get("status").asText().equals("match") && !c.path("note").asText().contains("trace is informative");
    int step = 0;
    for (JsonNode op : in.get("ops")) {
      if (perform(op, step)) {
        return;
      }
      JsonNode trace = c.at("/expected/trace").path(step++);
      Run run = stub.getRun(GetRunRequest.newBuilder().setRun(id).build()).getRun();
      if (traced && !trace.isMissingNode()) {
        StitchTolerance.same("ready", run.getReadyImageIdsList(), longs(trace.get("ready")));
        StitchTolerance.same("managed", run.getOpenImageIdsList(), longs(trace.get("managed")));
        StitchTolerance.same("seen", run.getFinalizedImageIdsList(), longs(trace.get("seen")));
      }
      for (long finalized : run.getFinalizedImageIdsList()) {
        StitchTolerance.same("a finalized image is ready", run.getReadyImageIdsList().contains(finalized), false);
      }
    }
    if (answer.has("error")) {
      throw new AssertionError("no step was refused");
    }
    for (Map.Entry<String, JsonNode> field : answer.properties()) {
      if (field.getKey().startsWith("gid")) {
        JsonNode canvas = c.path("server").has("sums") ? c.get("server") : field.getValue();
        checkCanvas(Long.parseLong(field.getKey().substring(3)), canvas, null);
      }
    }
  }

  private static List<Long> longs(JsonNode ids) {
    List<Long> longs = new ArrayList<>();
    ids.forEach(one -> longs.add(one.asLong()));
    return longs;
  }

  /**
   * @param anyBands whether names are made up where the channel code does not name as many as the data has bands
   */
  private OpenRunRequest managed(boolean anyBands) throws IOException {
    JsonNode manager = in.get("manager");
    String codes = manager.path("chan_code").asText("p");
    int bands = firstBands();
    OpenRunRequest.Builder request =
        OpenRunRequest.newBuilder()
            .setRun(id)
            .setDataset(id)
            .setChannels(anyBands ? "b:" + bands : codes)
            .setPlacement(Placement.PLACEMENT_LENIENT)
            .setGuessReady(true)
            .setOutput(output(manager));
    boolean video = manager.path("stiching_space").asText("image").equals("video");
    request.setSpace(video ? StitchSpace.STITCH_SPACE_VIDEO : StitchSpace.STITCH_SPACE_IMAGE);
    List<Long> known = new ArrayList<>();
    for (JsonNode op : in.get("ops")) {
      boolean own = op.path("asset_dsize").isArray() || op.path("scale_asset_from_stitchspace").isNumber();
      if (op.has("data") && !known.contains(op.get("gid").asLong())) {
        known.add(op.get("gid").asLong());
        if (own) {
          request.addImages(canvas(op));
        }
      }
    }
    return request.build();
  }

  private static ImageCanvas canvas(JsonNode op) {
    ImageCanvas.Builder canvas = ImageCanvas.newBuilder().setImageId(op.get("gid").asLong());
    canvas.setWidth(op.path("asset_dsize").path(0).asInt()).setHeight(op.path("asset_dsize").path(1).asInt());
    JsonNode scale = op.path("scale_asset_from_stitchspace");
    if (scale.isNumber()) {
      canvas.addScale(scale.asDouble());
    }
    scale.forEach(factor -> canvas.addScale(factor.asDouble()));
    return canvas.build();
  }

  private int firstBands() throws IOException {
    for (JsonNode op : in.get("ops")) {
      if (op.has("data")) {
        List<Long> shape = StitchConform.array(dir, op.get("data")).shape();
        return shape.size() < 3 ? 1 : shape.get(2).intValue();
      }
    }
    return 1;
  }

  private static OutputOptions output(JsonNode manager) {
    OutputOptions.Builder output = OutputOptions.newBuilder().setNoQuantize(!manager.path("quantize").asBoolean(true));
    if (manager.path("prob_format").asText().equals("png")) {
      output.setFormat(RasterFormat.RASTER_FORMAT_PNG);
    }
    String compression = manager.path("prob_compress").asText("DEFLATE");
    output.setCompression(compression.equals("RAW") ? "NONE" : compression);
    output.setBlockSize(manager.path("prob_blocksize").asInt(128));
    output.setNoPredictionAttrs(!manager.path("write_prediction_attrs").asBoolean(true));
    JsonNode range = manager.path("expected_minmax");
    if (range.isArray()) {
      output.setQuantize(QuantizeOptions.newBuilder().setMin(range.get(0).asDouble()).setMax(range.get(1).asDouble()));
    }
    return output.build();
  }

  /** Returns true if the step had to be refused, and was. */
  private boolean perform(JsonNode op, int step) throws Exception {
    long image = op.get("gid").asLong();
    boolean fails = answer.has("error") && answer.at("/error/op").asInt(-1) == step;
    if (op.path("finalize").asBoolean()) {
      if (fails) {
        StitchConform.refused(() -> finalizeImage(image));
        return true;
      }
      finalizeImage(image);
      return false;
    }
    NdArray data = StitchConform.array(dir, op.get("data"));
    StitchWindow.Builder window = window(image, op.get("slice"), data).setDownweightEdges(op.path("downweight_edges").asBoolean());
    if (op.path("weights").isObject()) {
      window.setWeights(StitchConform.tensor(StitchConform.array(dir, op.get("weights"))));
    }
    if (op.path("is_ready").isBoolean()) {
      window.setIsReady(op.get("is_ready").asBoolean());
    }
    return sendOrFail(window, step);
  }

  private FinishedRaster finalizeImage(long image) {
    var request = FinalizeImageRequest.newBuilder().setRun(id).setImageId(image).setIncomplete(true);
    return stub.finalizeImage(request.build()).getRaster();
  }

  private StitchWindow.Builder window(long image, JsonNode slice, NdArray data) {
    StitchWindow.Builder window = StitchWindow.newBuilder().setImageId(image).setWindowId("op " + sent++);
    if (slice != null && !slice.isNull()) {
      window.setBox(box(slice));
    }
    return window.setPixels(StitchConform.tensor(data));
  }

  private static PixelBox box(JsonNode slice) {
    JsonNode rows = slice.get(0);
    JsonNode columns = slice.get(1);
    return PixelBox.newBuilder()
        .setTop(rows.get(0).asLong())
        .setBottom(rows.get(1).asLong())
        .setLeft(columns.get(0).asLong())
        .setRight(columns.get(1).asLong())
        .build();
  }

  /** Returns true if the window had to be refused, and was. */
  private boolean sendOrFail(StitchWindow.Builder window, int step) throws Exception {
    WindowAck ack = send(window.build());
    boolean refused = ack.getState() == WindowState.WINDOW_STATE_REFUSED;
    boolean fails = answer.has("error") && answer.at("/error/op").asInt(-1) == step;
    if (refused != fails) {
      throw new AssertionError("step " + step + " " + (refused ? "was refused: " + ack.getError() : "was not refused"));
    }
    return refused;
  }

  private WindowAck send(StitchWindow window) throws Exception {
    CompletableFuture<WindowAck> ack = new CompletableFuture<>();
    StreamObserver<AccumulateRequest> to =
        streams.accumulate(
            new StreamObserver<AccumulateResponse>() {
              @Override
              public void onNext(AccumulateResponse answer) {
                ack.complete(answer.getAcks(0));
              }

              @Override
              public void onError(Throwable failure) {
                ack.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {}
            });
    to.onNext(AccumulateRequest.newBuilder().setRun(id).addWindows(window).build());
    WindowAck answer = ack.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    to.onCompleted();
    return answer;
  }

  private void checkCanvas(long image, JsonNode wanted, JsonNode read) throws IOException {
    ReadCanvasResponse all = read(image, null);
    int bands = (int) all.getAverage().getShape(2);
    double[] weights = NdArray.of(all.getWeights()).toDoubles();
    double[] spread = IntStream.range(0, weights.length * bands).mapToDouble(i -> weights[i / bands]).toArray();
    StitchTolerance close = StitchTolerance.of(c);
    close.check("sums", NdArray.of(all.getSums()).toDoubles(), StitchConform.array(dir, wanted.get("sums")).toDoubles());
    close.check("weights", spread, StitchConform.array(dir, wanted.get("weights")).toDoubles());
    Tensor average = read == null ? all.getAverage() : read(image, box(read)).getAverage();
    close.check("final", NdArray.of(average).toDoubles(), StitchConform.array(dir, wanted.get("final")).toDoubles());
  }

  private ReadCanvasResponse read(long image, PixelBox box) {
    ReadCanvasRequest.Builder request = ReadCanvasRequest.newBuilder().setRun(id).setImageId(image).setWithSums(true);
    return stub.readCanvas(box == null ? request.build() : request.setBox(box).build());
  }

  // ---- finished rasters

  private void finish() throws Exception {
    long image = in.get("gid").asLong();
    if (answer.has("error")) {
      refusedSomewhere(answer.get("error").asText(), image);
      return;
    }
    stub.openRun(managed(false));
    int step = 0;
    for (JsonNode op : in.get("ops")) {
      perform(op, step++);
    }
    double[] average = NdArray.of(read(image, null).getAverage()).toDoubles();
    StitchTolerance.of(c).check("average", average, StitchConform.array(dir, answer.get("average")).toDoubles());
    FinishedRaster raster = finalizeImage(image);
    StitchTolerance.same("a second time", finalizeImage(image), raster);
    stub.flush(FlushRequest.newBuilder().setRun(id).build());
    checkEntry(raster, image);
    double counts = raster.hasEncoding() ? c.at("/tol/counts").asDouble() : StitchTolerance.of(c).atol();
    double[] stored = StoredRaster.read(manifest.getParent().resolve(raster.getFileName()));
    new StitchTolerance(0, counts).check("raster", stored, StitchConform.array(dir, answer.get("raster")).toDoubles());
  }

  /** The server says no as soon as it can: when the run is opened, or at the first window that does not fit. */
  private void refusedSomewhere(String text, long image) throws Exception {
    String wanted = text.replaceFirst(":.*", "");
    try {
      stub.openRun(managed(false));
    } catch (StatusRuntimeException e) {
      StitchTolerance.same("reason", StitchTolerance.reason(e), wanted);
      return;
    }
    for (JsonNode op : in.get("ops")) {
      NdArray data = StitchConform.array(dir, op.get("data"));
      WindowAck ack = send(window(image, op.get("slice"), data).build());
      if (ack.getState() == WindowState.WINDOW_STATE_REFUSED) {
        StitchTolerance.same("reason", ack.getError().getReason(), wanted);
        return;
      }
    }
    StitchConform.refusedAs(text, () -> finalizeImage(image));
  }

  private void checkEntry(FinishedRaster raster, long image) throws IOException {
    JsonNode row = answer.get("image_entry_after");
    JsonNode wanted = row.has("auxiliary") ? row.get("auxiliary").get(row.get("auxiliary").size() - 1) : row.path("assets").path(0);
    JsonNode list = null;
    boolean both = false;
    for (JsonNode written : StitchConform.MAPPER.readTree(manifest.toFile()).get("images")) {
      if (written.get("id").asLong() == image) {
        list = written.get(raster.getList());
        both = written.has("assets") && written.has("auxiliary");
      }
    }
    StitchTolerance.same("two lists of files", both, row.has("assets") && row.has("auxiliary") && in.get("images").get(0).has("auxiliary"));
    JsonNode entry = list.get(list.size() - 1);
    for (String key : List.of("channels", "height", "width", "num_bands")) {
      StitchTolerance.same(key, entry.get(key), wanted.get(key));
    }
    JsonNode encoding = answer.has("encoding") ? answer.get("encoding") : wanted.path("quantization");
    StitchTolerance.same("quantized", entry.has("quantization"), !encoding.isMissingNode());
    if (raster.hasEncoding()) {
      StitchConform.checkEncoding(raster.getEncoding(), encoding);
      StitchTolerance.same("orig_min", entry.at("/quantization/orig_min").asDouble(), encoding.get("orig_min").asDouble());
    }
    checkMap(raster.getImageFromAsset(), wanted.get("warp_aux_to_img"));
  }

  private void checkMap(Affine found, JsonNode concise) {
    double[] scale = pair(concise.path("scale"), 1);
    double[] offset = pair(concise.path("offset"), 0);
    double theta = concise.path("theta").asDouble();
    double shear = concise.path("shearx").asDouble();
    double cos = Math.cos(theta);
    double sin = Math.sin(theta);
    double[] wanted = {
      scale[0] * cos, shear * scale[1] * cos - scale[1] * sin, offset[0],
      scale[0] * sin, shear * scale[1] * sin + scale[1] * cos, offset[1]
    };
    double[] matrix = {found.getA11(), found.getA12(), found.getTx(), found.getA21(), found.getA22(), found.getTy()};
    new StitchTolerance(1e-6, 1e-6).check("warp_aux_to_img", matrix, wanted);
  }

  private static double[] pair(JsonNode value, double otherwise) {
    if (value.isArray()) {
      return new double[] {value.get(0).asDouble(), value.get(1).asDouble()};
    }
    double both = value.isNumber() ? value.asDouble() : otherwise;
    return new double[] {both, both};
  }
}
