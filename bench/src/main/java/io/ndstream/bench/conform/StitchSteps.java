package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import io.ndstream.v1.PixelBox;
import io.ndstream.v1.ReadCanvasResponse;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.Tensor;
import io.ndstream.v1.WindowAck;
import io.ndstream.v1.WindowState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** The steps of a recorded run. Windows are sent one by one, as the reference got them. */
final class StitchSteps {
  private final JsonNode c;
  private final JsonNode answer;
  private final Path dir;
  private final StitchSession session;
  private int sent;

  StitchSteps(JsonNode c, Path dir, StitchSession session) {
    this.c = c;
    this.answer = StitchConform.answer(c);
    this.dir = dir;
    this.session = session;
  }

  /** Returns true if the step had to be refused, and was. */
  boolean perform(JsonNode op, int step) throws Exception {
    long image = op.get("gid").asLong();
    boolean fails = answer.has("error") && answer.at("/error/op").asInt(-1) == step;
    if (op.path("finalize").asBoolean()) {
      if (fails) {
        StitchConform.refused(() -> session.finalizeImage(image));
        return true;
      }
      session.finalizeImage(image);
      return false;
    }
    NdArray data = StitchConform.array(dir, op.get("data"));
    StitchWindow.Builder window =
        window(image, op.get("slice"), data)
            .setDownweightEdges(op.path("downweight_edges").asBoolean());
    if (op.path("weights").isObject()) {
      window.setWeights(StitchConform.float32(StitchConform.array(dir, op.get("weights"))));
    }
    if (op.path("is_ready").isBoolean()) {
      window.setIsReady(op.get("is_ready").asBoolean());
    }
    return sendOrFail(window, step);
  }

  StitchWindow.Builder window(long image, JsonNode slice, NdArray data) {
    StitchWindow.Builder window =
        StitchWindow.newBuilder().setImageId(image).setWindowId("op " + sent++);
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
  boolean sendOrFail(StitchWindow.Builder window, int step) throws Exception {
    WindowAck ack = session.send(window.build());
    boolean refused = ack.getState() == WindowState.WINDOW_STATE_REFUSED;
    boolean fails = answer.has("error") && answer.at("/error/op").asInt(-1) == step;
    if (refused != fails) {
      throw new AssertionError(
          "step " + step + " " + (refused ? "was refused: " + ack.getError() : "was not refused"));
    }
    return refused;
  }

  /**
   * @param read rows and columns to compare the averages of; null for all
   */
  void checkCanvas(long image, JsonNode wanted, JsonNode read) throws IOException {
    ReadCanvasResponse all = session.read(image, null);
    int bands = (int) all.getAverage().getShape(2);
    double[] weights = NdArray.of(all.getWeights()).toDoubles();
    double[] spread =
        IntStream.range(0, weights.length * bands).mapToDouble(i -> weights[i / bands]).toArray();
    StitchTolerance close = StitchTolerance.of(c);
    close.check(
        "sums",
        NdArray.of(all.getSums()).toDoubles(),
        StitchConform.array(dir, wanted.get("sums")).toDoubles());
    close.check("weights", spread, StitchConform.array(dir, wanted.get("weights")).toDoubles());
    Tensor average = read == null ? all.getAverage() : session.read(image, box(read)).getAverage();
    close.check(
        "final",
        NdArray.of(average).toDoubles(),
        StitchConform.array(dir, wanted.get("final")).toDoubles());
  }
}
