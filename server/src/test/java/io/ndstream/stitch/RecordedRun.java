package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.ndstream.coco.ChannelList;
import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import io.ndstream.raster.GdalFrameReader;
import io.ndstream.raster.HandlePool;
import io.ndstream.raster.RasterSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** One recorded case that needs a run. */
final class RecordedRun {
  private final JsonNode c;
  private final JsonNode in;
  private final JsonNode answer;
  private final Path bundle;
  private int sent;

  RecordedRun(JsonNode c, Path scratch) {
    this.c = c;
    this.in = c.get("inputs");
    this.answer = RecordedStitchingTest.answer(c);
    this.bundle = scratch.resolve(c.get("id").asText());
  }

  /** The bare accumulator: a canvas of its own size, nothing dropped at its edges. */
  void stitcher() {
    int[] shape = RecordedStitchingTest.ints(in.get("shape"));
    List<String> channels =
        IntStream.range(0, shape.length < 3 ? 1 : shape[2]).mapToObj(i -> "b" + i).toList();
    boolean signed = c.get("id").asText().equals("stitch-cancel-weights");
    Dataset dataset = Runs.oneImage(bundle, shape[1], shape[0]);
    NanPolicy policy =
        Map.of("propogate", NanPolicy.PROPAGATE, "omit", NanPolicy.OMIT, "raise", NanPolicy.REFUSE)
            .get(in.get("nan_policy").asText());
    RunSpec base = Runs.spec(bundle, channels, Precision.EXACT);
    RunSpec spec =
        with(
            base,
            base.space(),
            policy,
            signed ? Placement.LENIENT : Placement.INSIDE,
            Map.of(),
            base.output());
    try (StitchRun run = Runs.open(bundle.resolve("run"), spec, dataset)) {
      for (JsonNode op : in.get("ops")) {
        Patch patch = Npy.of(op.get("patch")).patch();
        StitchWindow.Weights weights = weights(op.get("weight"), patch);
        StitchWindow window =
            new StitchWindow(1, "op" + sent++, box(op.get("slice")), patch, weights, false);
        if (answer.has("error") && sent - 1 == answer.at("/error/op").asInt()) {
          assertThatThrownBy(() -> run.add(window, null)).isInstanceOf(LoaderException.class);
          return;
        }
        run.add(window, null);
      }
      Window read = in.get("read").isNull() ? null : box(in.get("read"));
      assertCanvas(run.view(1), answer, read);
    }
  }

  private static StitchWindow.Weights weights(JsonNode weight, Patch patch) {
    if (weight == null || weight.isNull()) {
      return null;
    }
    if (weight.isObject()) {
      return Npy.of(weight).weights();
    }
    ByteBuffer floats =
        ByteBuffer.allocate(4 * patch.height() * patch.width()).order(ByteOrder.LITTLE_ENDIAN);
    while (floats.hasRemaining()) {
      floats.putFloat((float) weight.asDouble());
    }
    return new StitchWindow.Weights(patch.height(), patch.width(), floats.flip().asFloatBuffer());
  }

  private static Window box(JsonNode slice) {
    if (slice == null || slice.isNull()) {
      return null;
    }
    JsonNode rows = slice.get(0);
    JsonNode columns = slice.get(1);
    return Window.ofCorners(
        columns.get(0).asInt(), rows.get(0).asInt(), columns.get(1).asInt(), rows.get(1).asInt());
  }

  private static RunSpec with(
      RunSpec base,
      StitchSpace space,
      NanPolicy policy,
      Placement placement,
      Map<Long, RunSpec.ImageSpec> images,
      OutputSpec output) {
    return new RunSpec(
        base.name(),
        base.channelCodes(),
        base.channels(),
        space,
        1,
        1,
        policy,
        placement,
        base.precision(),
        base.expected(),
        images,
        true,
        false,
        output,
        base.memoryBytes());
  }

  private void assertCanvas(CanvasView canvas, JsonNode wanted, Window read) {
    Window all = canvas.bounds();
    double[] sums = new double[(int) all.area() * canvas.bands()];
    double[] weights = new double[(int) all.area()];
    canvas.read(all, sums, weights);
    Close close = Close.of(c);
    close.assertClose("sums", sums, Npy.of(wanted.get("sums")).values());
    close.assertClose(
        "weights", spread(weights, canvas.bands()), Npy.of(wanted.get("weights")).values());
    Window part = read == null ? all : read;
    canvas.read(part, sums, weights);
    CanvasView.average(sums, weights, (int) part.area(), canvas.bands());
    double[] finals = Arrays.copyOf(sums, (int) part.area() * canvas.bands());
    close.assertClose("final", finals, Npy.of(wanted.get("final")).values());
  }

  private static double[] spread(double[] weights, int bands) {
    return IntStream.range(0, weights.length * bands)
        .mapToDouble(i -> weights[i / bands])
        .toArray();
  }

  private RunSpec managed() {
    JsonNode manager = in.get("manager");
    int bands = 1;
    for (JsonNode op : in.get("ops")) {
      if (op.has("data")) {
        Patch patch = Npy.of(op.get("data")).patch();
        bands = patch.bands();
        break;
      }
    }
    String codes = manager.path("chan_code").asText("p");
    List<String> channels = ChannelList.expand(codes);
    boolean free =
        c.get("kind").asText().equals("accumulate"); // the manager never compared names with bands
    if (free && channels.size() != bands) {
      channels = IntStream.range(0, bands).mapToObj(i -> "b" + i).toList();
    }
    boolean png = manager.path("prob_format").asText().equals("png");
    JsonNode range = manager.path("expected_minmax");
    OutputSpec output =
        new OutputSpec(
            png ? RasterSpec.Format.PNG : RasterSpec.Format.COG,
            !manager.path("quantize").asBoolean(true) ? null : png ? DType.UINT8 : DType.INT16,
            range.isArray() ? (Double) range.get(0).asDouble() : null,
            range.isArray() ? (Double) range.get(1).asDouble() : null,
            false,
            manager.path("prob_compress").asText("DEFLATE"),
            manager.path("prob_blocksize").asInt(128),
            List.of(),
            bundle.resolve("_assets/pred"),
            bundle.resolve("data.kwcoco.json"),
            OutputSpec.IfExists.FAIL,
            manager.path("write_prediction_attrs").asBoolean(true));
    Map<Long, RunSpec.ImageSpec> images = new HashMap<>();
    for (JsonNode op : in.get("ops")) {
      if (op.has("asset_dsize") || op.has("scale_asset_from_stitchspace")) {
        JsonNode size = op.path("asset_dsize");
        double scale = op.path("scale_asset_from_stitchspace").asDouble(0);
        images.putIfAbsent(
            op.get("gid").asLong(),
            new RunSpec.ImageSpec(
                size.path(0).asInt(), size.path(1).asInt(), scale, scale, new Expected.Unknown()));
      }
    }
    RunSpec base = Runs.spec(bundle, channels, Precision.EXACT);
    StitchSpace space =
        manager.path("stiching_space").asText("image").equals("video")
            ? StitchSpace.VIDEO
            : StitchSpace.IMAGE;
    RunSpec spec = with(base, space, NanPolicy.OMIT, Placement.LENIENT, images, output);
    return new RunSpec(
        spec.name(),
        codes,
        spec.channels(),
        spec.space(),
        1,
        1,
        spec.nanPolicy(),
        spec.placement(),
        spec.precision(),
        spec.expected(),
        spec.images(),
        true,
        false,
        spec.output(),
        spec.memoryBytes());
  }

  void accumulate() throws Exception {
    Dataset dataset = Runs.dataset(bundle, in.get("images"), in.get("videos"));
    JsonNode traces = c.at("/expected/trace");
    boolean compareTrace =
        c.get("status").asText().equals("match")
            && !c.get("id").asText().equals("acc-random-sequence");
    try (StitchRun run = Runs.open(bundle.resolve("run"), managed(), dataset)) {
      int step = 0;
      for (JsonNode op : in.get("ops")) {
        if (answer.has("error") && step == answer.at("/error/op").asInt()) {
          assertThatThrownBy(() -> perform(run, op)).isInstanceOf(LoaderException.class);
          return;
        }
        perform(run, op);
        if (compareTrace && step < traces.size()) {
          RunStatus status = run.status();
          JsonNode trace = traces.get(step);
          assertThat(status.ready())
              .as("ready after %d", step)
              .isEqualTo(longs(trace.get("ready")));
          assertThat(status.open())
              .as("managed after %d", step)
              .isEqualTo(longs(trace.get("managed")));
          assertThat(status.finished())
              .as("seen after %d", step)
              .isEqualTo(longs(trace.get("seen")));
        }
        step++;
      }
      for (Map.Entry<String, JsonNode> field : answer.properties()) {
        if (field.getKey().startsWith("gid")) {
          assertCanvas(
              run.view(Long.parseLong(field.getKey().substring(3))),
              merged(field.getValue()),
              null);
        }
      }
      assertThat(run.status().ready())
          .as("a finalized image is never ready")
          .noneMatch(run.status().finished()::contains);
    }
  }

  /** The server's arrays of a case with one canvas take the place of the reference's. */
  private JsonNode merged(JsonNode canvas) {
    return c.path("server").has("sums") ? c.get("server") : canvas;
  }

  private static List<Long> longs(JsonNode ids) {
    return IntStream.range(0, ids.size()).mapToObj(i -> ids.get(i).asLong()).toList();
  }

  private void perform(StitchRun run, JsonNode op) throws InterruptedException {
    long image = op.get("gid").asLong();
    if (op.path("finalize").asBoolean()) {
      run.finalizeImage(image, true);
      return;
    }
    Patch patch = Npy.of(op.get("data")).patch();
    StitchWindow.Weights weights =
        op.has("weights") && !op.get("weights").isNull()
            ? Npy.of(op.get("weights")).weights()
            : null;
    boolean edges = op.path("downweight_edges").asBoolean();
    Boolean ready =
        op.path("is_ready").isBoolean() ? (Boolean) op.get("is_ready").asBoolean() : null;
    run.add(
        new StitchWindow(image, "op" + sent++, box(op.get("slice")), patch, weights, edges), ready);
  }

  void finish() throws Exception {
    Dataset dataset = Runs.dataset(bundle, in.get("images"), in.get("videos"));
    long image = in.get("gid").asLong();
    if (answer.has("error")) {
      assertThatThrownBy(() -> perform(dataset, image))
          .isInstanceOfSatisfying(
              LoaderException.class,
              e -> assertThat(answer.get("error").asText()).startsWith(e.reason().name()));
      assertThat(bundle.resolve("_assets/pred"))
          .as("nothing is left behind")
          .satisfiesAnyOf(p -> assertThat(p).doesNotExist(), p -> assertThat(p).isEmptyDirectory());
      return;
    }
    FinishedRaster raster = perform(dataset, image);
    JsonNode row = answer.at("/image_entry_after");
    JsonNode wanted = row.has("auxiliary") ? row.get("auxiliary").get(0) : row.get("assets").get(0);
    JsonNode entry = Runs.MAPPER.readTree(raster.entry());
    for (String key : List.of("channels", "height", "width", "num_bands")) {
      assertThat(entry.get(key)).as(key).isEqualTo(wanted.get(key));
    }
    if (wanted.has("quantization") || answer.has("encoding")) {
      RecordedStitchingTest.assertEncoding(
          raster.encoding(),
          answer.has("encoding") ? answer.get("encoding") : wanted.get("quantization"));
    }
    assertMap(raster.imageFromAsset(), wanted.get("warp_aux_to_img"));
    assertRaster(raster);
    assertManifest(raster, image);
  }

  private FinishedRaster perform(Dataset dataset, long image) throws InterruptedException {
    try (StitchRun run = Runs.open(bundle.resolve("run"), managed(), dataset)) {
      for (JsonNode op : in.get("ops")) {
        perform(run, op);
      }
      CanvasView view = run.view(image);
      double[] sums = new double[(int) view.bounds().area() * view.bands()];
      double[] weights = new double[(int) view.bounds().area()];
      view.read(view.bounds(), sums, weights);
      CanvasView.average(sums, weights, weights.length, view.bands());
      Close.of(c).assertClose("average", sums, Npy.of(answer.get("average")).values());
      FinishedRaster raster = run.finalizeImage(image, true);
      assertThat(run.merge()).isTrue();
      assertThat(run.merge()).as("merging again").isFalse();
      return raster;
    }
  }

  private static void assertMap(Affine found, JsonNode concise) {
    JsonNode offset = concise.path("offset");
    JsonNode scale = concise.path("scale");
    Affine wanted =
        Affine.of(
            number(scale, 0, 1),
            number(scale, 1, 1),
            concise.path("theta").asDouble(),
            concise.path("shearx").asDouble(),
            number(offset, 0, 0),
            number(offset, 1, 0),
            0,
            0);
    assertThat(found.after(wanted.inverse()).isAboutIdentity())
        .as("%s, wanted %s", found, wanted)
        .isTrue();
  }

  private static double number(JsonNode pair, int i, double otherwise) {
    return pair.isArray() ? pair.get(i).asDouble() : pair.isNumber() ? pair.asDouble() : otherwise;
  }

  private void assertRaster(FinishedRaster raster) {
    Npy wanted = Npy.of(answer.get("raster"));
    int bands = wanted.shape()[2];
    int bytes = wanted.dtype().bytes();
    ByteBuffer pixels =
        ByteBuffer.allocateDirect(wanted.size() * bytes).order(ByteOrder.LITTLE_ENDIAN);
    Layout layout = new Layout(0, bands * bytes, bands * bytes * raster.width(), bytes);
    try (HandlePool pool = new HandlePool(2)) {
      new GdalFrameReader(pool)
          .read(
              bundle.resolve(raster.fileName()).toString(),
              0,
              new Window(0, 0, raster.width(), raster.height()),
              IntStream.range(0, bands).toArray(),
              pixels,
              layout,
              new StageTimes());
    }
    double counts = raster.encoding() == null ? Close.of(c).atol() : c.at("/tol/counts").asDouble();
    double[] found =
        IntStream.range(0, wanted.size())
            .mapToDouble(i -> PatchValues.value(pixels, wanted.dtype(), i))
            .toArray();
    new Close(0, counts).assertClose("raster", found, wanted.values());
  }

  private void assertManifest(FinishedRaster raster, long image) throws Exception {
    JsonNode manifest = Runs.MAPPER.readTree(bundle.resolve("data.kwcoco.json").toFile());
    for (JsonNode row : manifest.get("images")) {
      if (row.get("id").asLong() == image) {
        JsonNode list = row.get(raster.list());
        assertThat(list.get(list.size() - 1)).isEqualTo(Runs.MAPPER.readTree(raster.entry()));
        assertThat(row.has("assets") && row.has("auxiliary")).as("one list, not both").isFalse();
      }
    }
    assertThat(Files.exists(bundle.resolve(raster.fileName()))).isTrue();
  }
}
