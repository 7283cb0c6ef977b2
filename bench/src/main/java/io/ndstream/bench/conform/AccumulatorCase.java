package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.ndstream.v1.DType;
import io.ndstream.v1.NanPolicy;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.Placement;
import io.ndstream.v1.StitchSpace;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
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
      StitchWindow.Builder window = steps.window(1, op.get("slice"), patch);
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

  private void weights(JsonNode weight, NdArray patch, StitchWindow.Builder window)
      throws IOException {
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
}
