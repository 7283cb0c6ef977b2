package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.StatusRuntimeException;
import io.ndstream.v1.Affine;
import io.ndstream.v1.FinishedRaster;
import io.ndstream.v1.WindowAck;
import io.ndstream.v1.WindowState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One recorded run up to a written raster and its entry in the manifest. */
final class RasterCase {
  private final JsonNode c;
  private final JsonNode in;
  private final JsonNode answer;
  private final Path dir;
  private final Path manifest;
  private final StitchSession session;
  private final StitchSteps steps;

  RasterCase(JsonNode c, Path dir, Path manifest, StitchSession session) {
    this.c = c;
    this.in = c.get("inputs");
    this.answer = StitchConform.answer(c);
    this.dir = dir;
    this.manifest = manifest;
    this.session = session;
    this.steps = new StitchSteps(c, dir, session);
  }

  void run() throws Exception {
    long image = in.get("gid").asLong();
    if (answer.has("error")) {
      refusedSomewhere(answer.get("error").asText(), image);
      return;
    }
    session.open(new ManagerRequest(session.id(), in, dir).of(false));
    int step = 0;
    for (JsonNode op : in.get("ops")) {
      steps.perform(op, step++);
    }
    double[] average = NdArray.of(session.read(image, null).getAverage()).toDoubles();
    StitchTolerance.of(c)
        .check("average", average, StitchConform.array(dir, answer.get("average")).toDoubles());
    FinishedRaster raster = session.finalizeImage(image);
    StitchTolerance.same("a second time", session.finalizeImage(image), raster);
    session.flush();
    checkEntry(raster, image);
    StitchTolerance close =
        raster.hasEncoding()
            ? new StitchTolerance(0, c.at("/tol/counts").asDouble())
            : StitchTolerance.of(c);
    double[] stored = StoredRaster.read(manifest.getParent().resolve(raster.getFileName()));
    close.check("raster", stored, StitchConform.array(dir, answer.get("raster")).toDoubles());
  }

  /**
   * The server says no as soon as it can: when the run is opened, or at the first window that does
   * not fit.
   */
  private void refusedSomewhere(String text, long image) throws Exception {
    String wanted = text.replaceFirst(":.*", "");
    try {
      session.open(new ManagerRequest(session.id(), in, dir).of(false));
    } catch (StatusRuntimeException e) {
      StitchTolerance.same("reason", StitchTolerance.reason(e), wanted);
      return;
    }
    for (JsonNode op : in.get("ops")) {
      NdArray data = StitchConform.array(dir, op.get("data"));
      WindowAck ack = session.send(steps.window(image, op.get("slice"), data).build());
      if (ack.getState() == WindowState.WINDOW_STATE_REFUSED) {
        StitchTolerance.same("reason", ack.getError().getReason(), wanted);
        return;
      }
    }
    StitchConform.refusedAs(text, () -> session.finalizeImage(image));
  }

  private void checkEntry(FinishedRaster raster, long image) throws IOException {
    JsonNode row = answer.get("image_entry_after");
    JsonNode wanted =
        row.has("auxiliary")
            ? row.get("auxiliary").get(row.get("auxiliary").size() - 1)
            : row.path("assets").path(0);
    JsonNode written = rowOf(image, StitchConform.MAPPER.readTree(manifest.toFile()));
    StitchTolerance.same(
        "two lists of files", hasBoth(written), hasBoth(row) && rowOf(image, in).has("auxiliary"));
    JsonNode list = written.get(raster.getList());
    JsonNode entry = list.get(list.size() - 1);
    for (String key : List.of("channels", "height", "width", "num_bands")) {
      StitchTolerance.same(key, entry.get(key), wanted.get(key));
    }
    JsonNode encoding =
        answer.has("encoding") ? answer.get("encoding") : wanted.path("quantization");
    StitchTolerance.same("quantized", entry.has("quantization"), !encoding.isMissingNode());
    if (raster.hasEncoding()) {
      StitchConform.checkEncoding(raster.getEncoding(), encoding);
      StitchTolerance.same(
          "orig_min",
          entry.at("/quantization/orig_min").asDouble(),
          encoding.get("orig_min").asDouble());
    }
    checkMap(raster.getImageFromAsset(), wanted.get("warp_aux_to_img"));
  }

  private static boolean hasBoth(JsonNode row) {
    return row.has("assets") && row.has("auxiliary");
  }

  private static JsonNode rowOf(long image, JsonNode dataset) {
    for (JsonNode row : dataset.get("images")) {
      if (row.get("id").asLong() == image) {
        return row;
      }
    }
    throw new AssertionError("no image " + image);
  }

  private void checkMap(Affine found, JsonNode concise) {
    double[] scale = pair(concise.path("scale"), 1);
    double[] offset = pair(concise.path("offset"), 0);
    double theta = concise.path("theta").asDouble();
    double shear = concise.path("shearx").asDouble();
    double cos = Math.cos(theta);
    double sin = Math.sin(theta);
    double[] wanted = {
      scale[0] * cos,
      shear * scale[1] * cos - scale[1] * sin,
      offset[0],
      scale[0] * sin,
      shear * scale[1] * sin + scale[1] * cos,
      offset[1]
    };
    double[] matrix = {
      found.getA11(), found.getA12(), found.getTx(), found.getA21(), found.getA22(), found.getTy()
    };
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
