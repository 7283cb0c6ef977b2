package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.ndstream.v1.NanPolicy;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.Placement;
import io.ndstream.v1.StitchSpace;
import io.ndstream.v1.StitchWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** One recorded run of the bare accumulator. */
final class AccumulatorCase {
  /** The policies by the reference's spelling. */
  private static final Map<String, NanPolicy> POLICIES =
      Map.of(
          "propogate", NanPolicy.NAN_POLICY_PROPAGATE,
          "omit", NanPolicy.NAN_POLICY_OMIT,
          "raise", NanPolicy.NAN_POLICY_REFUSE);

  private final JsonNode c;
  private final JsonNode in;
  private final Path dir;
  private final StitchSession session;

  AccumulatorCase(JsonNode c, Path dir, StitchSession session) {
    this.c = c;
    this.in = c.get("inputs");
    this.dir = dir;
    this.session = session;
  }

  void run() throws Exception {
    JsonNode shape = in.get("shape");
    int bands = shape.size() < 3 ? 1 : shape.get(2).asInt();
    boolean signed = hasNegativeWeight();
    OpenRunRequest.Builder request =
        OpenRunRequest.newBuilder()
            .setRun(session.id())
            .setDataset(session.id())
            .setChannels("b:" + bands)
            .setSpace(StitchSpace.STITCH_SPACE_IMAGE)
            .setNanPolicy(POLICIES.get(in.get("nan_policy").asText()))
            .setPlacement(signed ? Placement.PLACEMENT_LENIENT : Placement.PLACEMENT_INSIDE);
    session.open(request.build());
    StitchSteps steps = new StitchSteps(c, dir, session);
    int step = 0;
    for (JsonNode op : in.get("ops")) {
      NdArray patch = StitchConform.array(dir, op.get("patch"));
      StitchWindow.Builder window = steps.window(1, inside(op.get("slice")), patch);
      weights(op.path("weight"), patch, window);
      if (steps.sendOrFail(window, step++)) {
        return;
      }
    }
    steps.checkCanvas(1, StitchConform.answer(c), in.path("read").isNull() ? null : in.get("read"));
  }

  private boolean hasNegativeWeight() throws IOException {
    for (JsonNode op : in.get("ops")) {
      JsonNode weight = op.path("weight");
      double[] weights =
          weight.isObject()
              ? StitchConform.array(dir, weight).toDoubles()
              : new double[] {weight.asDouble(1)};
      if (Arrays.stream(weights).anyMatch(w -> w < 0)) {
        return true;
      }
    }
    return false;
  }

  /** A slice as arrays take it: what lies outside is cut off. */
  private ArrayNode inside(JsonNode slice) {
    ArrayNode inside = StitchConform.MAPPER.createArrayNode();
    for (int axis = 0; axis < 2; axis++) {
      int length = in.get("shape").get(axis).asInt();
      int start = Math.min(slice.get(axis).get(0).asInt(), length);
      int stop = Math.min(slice.get(axis).get(1).asInt(), length);
      inside.addArray().add(start).add(Math.max(start, stop));
    }
    return inside;
  }

  /** Axes of weights are those of the patch, counted from the last; a length of 1 is repeated. */
  private void weights(JsonNode weight, NdArray patch, StitchWindow.Builder window)
      throws IOException {
    if (weight.isMissingNode() || weight.isNull()) {
      return;
    }
    NdArray array = weight.isObject() ? StitchConform.array(dir, weight) : null;
    double[] values = array == null ? new double[] {weight.asDouble()} : array.toDoubles();
    List<Long> shape = array == null ? List.of() : array.shape();
    int lacking = patch.shape().size() - shape.size();
    int rows = lacking > 0 ? 1 : shape.get(0).intValue();
    int columns = lacking > 1 ? 1 : shape.get(1 - lacking).intValue();
    int step = values.length / (rows * columns); // bands count alike: the first stands for all
    int height = patch.shape().get(0).intValue();
    int width = patch.shape().get(1).intValue();
    ByteBuffer floats = ByteBuffer.allocate(4 * height * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int pixel = Math.min(y, rows - 1) * columns + Math.min(x, columns - 1);
        floats.putFloat((float) values[pixel * step]);
      }
    }
    window.setWeights(
        StitchConform.tensor(
            new NdArray("float32", List.of((long) height, (long) width), floats.flip())));
  }
}
