package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ndstream.Oracle;
import io.ndstream.coco.Quantization;
import io.ndstream.error.LoaderException;
import io.ndstream.grid.SlidingWindow;
import io.ndstream.pixels.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** All recorded cases of the reference's stitcher, manager and quantization. */
class RecordedStitchingTest {
  @TempDir Path scratch;

  @TestFactory
  Stream<DynamicTest> cases() {
    return Oracle.lines("stitch/cases.jsonl").stream()
        .map(c -> dynamicTest(c.get("id").asText(), () -> run(c)));
  }

  private void run(JsonNode c) throws Exception {
    switch (c.get("kind").asText()) {
      case "edge_weights" -> edgeWeights(c);
      case "sliding_window" -> slidingWindow(c);
      case "stitcher" -> new RecordedRun(c, scratch).stitcher();
      case "accumulate" -> new RecordedRun(c, scratch).accumulate();
      case "finalize" -> new RecordedRun(c, scratch).finish();
      case "quantize" -> quantize(c);
      case "dequantize" -> dequantize(c);
      default -> throw new IllegalArgumentException(c.get("kind").asText());
    }
  }

  private void edgeWeights(JsonNode c) {
    int rows = c.at("/inputs/shape/0").asInt();
    int columns = c.at("/inputs/shape/1").asInt();
    float[] row = new float[columns];
    double[] all = new double[rows * columns];
    for (int y = 0; y < rows; y++) {
      EdgeWeights.of(rows, columns, 1).row(y, 0, columns, row, 0);
      for (int x = 0; x < columns; x++) {
        all[y * columns + x] = row[x];
      }
    }
    assertThat(all).as("bit for bit").isEqualTo(Npy.of(c.at("/expected/weights")).values());
  }

  private void slidingWindow(JsonNode c) {
    JsonNode in = c.get("inputs");
    SlidingWindow.Motion motion =
        new SlidingWindow.Motion(
            ints(in.path("window")),
            doubles(in.path("overlap")),
            spread(ints(in.path("stride")), in.get("shape").size()),
            in.path("keepbound").asBoolean(),
            in.path("allow_overshoot").asBoolean());
    if (c.at("/expected").has("error")) {
      assertThatThrownBy(() -> SlidingWindow.over(ints(in.get("shape")), motion))
          .isInstanceOf(LoaderException.class);
      return;
    }
    SlidingWindow windows = SlidingWindow.over(ints(in.get("shape")), motion);
    List<List<List<Integer>>> found = new ArrayList<>();
    for (long i = 0; i < windows.total(); i++) {
      List<List<Integer>> window = new ArrayList<>();
      long rest = i;
      for (int axis = windows.axes() - 1; axis >= 0; axis--) {
        int start = windows.start(axis, (int) (rest % windows.count(axis)));
        rest /= windows.count(axis);
        window.add(0, List.of(start, start + windows.size(axis)));
      }
      found.add(window);
    }
    assertThat(found).isEqualTo(Runs.MAPPER.convertValue(c.at("/expected/windows"), List.class));
    assertThat(IntStream.range(0, windows.axes()).map(windows::stride).toArray())
        .isEqualTo(ints(c.at("/expected/stride")));
    assertThat(IntStream.range(0, windows.axes()).map(windows::count).toArray())
        .isEqualTo(ints(c.at("/expected/basis_shape")));
  }

  private static int[] spread(int[] given, int axes) {
    return given.length == 1 ? IntStream.generate(() -> given[0]).limit(axes).toArray() : given;
  }

  static int[] ints(JsonNode node) {
    return IntStream.range(0, node.isNumber() ? 1 : node.size())
        .map(i -> node.isNumber() ? node.asInt() : node.get(i).asInt())
        .toArray();
  }

  private static double[] doubles(JsonNode node) {
    return node.isNumber()
        ? new double[] {node.asDouble()}
        : IntStream.range(0, node.size()).mapToDouble(i -> node.get(i).asDouble()).toArray();
  }

  private void quantize(JsonNode c) {
    JsonNode in = c.get("inputs");
    JsonNode expected = answer(c);
    if (expected.has("error")) {
      assertThatThrownBy(() -> quantizer(in))
          .isInstanceOfSatisfying(
              LoaderException.class,
              e -> assertThat(expected.get("error").asText()).startsWith(e.reason().name()));
      return;
    }
    Quantizer quantizer = quantizer(in);
    assertEncoding(quantizer.encoding(), expected.get("encoding"));
    if (in.get("data").isNull()) {
      return;
    }
    Npy data = Npy.of(in.get("data"));
    ByteBuffer stored =
        ByteBuffer.allocate(data.size() * quantizer.dtype().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    quantizer.quantize(data.values(), data.size(), data.dtype() == DType.FLOAT32, stored);
    Npy wanted = Npy.of(expected.get("quantized"));
    assertThat(stored.flip()).isEqualTo(wanted.data());
    if (c.get("status").asText().equals("match")) {
      double[] back =
          Quantizer.dequantize(stored, quantizer.dtype(), data.size(), quantizer.encoding());
      double[] floats = DoubleStream.of(back).map(x -> (float) x).toArray();
      assertThat(floats).isEqualTo(Npy.of(expected.get("dequantized")).values());
    }
  }

  private static Quantizer quantizer(JsonNode in) {
    double least = Double.NaN;
    double most = Double.NaN;
    if (!in.get("data").isNull()) {
      for (double x : Npy.of(in.get("data")).values()) {
        least = !(least <= x) && !Double.isNaN(x) ? x : least;
        most = !(most >= x) && !Double.isNaN(x) ? x : most;
      }
    }
    return Quantizer.covering(
        DType.ofNumpyName(in.get("dtype").asText()).orElseThrow(),
        bound(in.get("old_min")),
        bound(in.get("old_max")),
        least,
        most,
        false);
  }

  private static Double bound(JsonNode node) {
    return node.isNull() ? null : node.asDouble();
  }

  private void dequantize(JsonNode c) {
    JsonNode encoding = c.at("/inputs/encoding");
    if (!encoding.has("quant_max")) {
      assertThat(c.at("/expected/error").isMissingNode())
          .as("the one required key; the service refuses its absence")
          .isFalse();
      return;
    }
    Quantization record =
        new Quantization(
            encoding.path("orig_dtype").asText("float32"),
            encoding.path("orig_min").asDouble(0),
            encoding.path("orig_max").asDouble(1),
            encoding.path("quant_min").asDouble(0),
            encoding.path("quant_max").asDouble(),
            encoding.has("nodata") ? encoding.get("nodata").asDouble() : null);
    Npy stored = Npy.of(c.at("/inputs/quantized"));
    double[] values = Quantizer.dequantize(stored.data(), stored.dtype(), stored.size(), record);
    Close.of(c).assertClose("dequantized", values, Npy.of(c.at("/expected/dequantized")).values());
  }

  static JsonNode answer(JsonNode c) {
    if (c.get("status").asText().equals("match")) {
      return c.get("expected");
    }
    ObjectNode merged = c.get("expected").deepCopy();
    c.get("server").properties().forEach(field -> merged.set(field.getKey(), field.getValue()));
    if (!c.get("server").has("error")) {
      merged.remove("error");
    }
    return merged;
  }

  static void assertEncoding(Quantization found, JsonNode wanted) {
    Map<String, Double> numbers = new HashMap<>();
    wanted.properties().forEach(field -> numbers.put(field.getKey(), field.getValue().asDouble()));
    assertThat(found.origMin()).isEqualTo(numbers.get("orig_min"));
    assertThat(found.origMax()).isEqualTo(numbers.get("orig_max"));
    assertThat(found.quantMin()).isEqualTo(numbers.get("quant_min"));
    assertThat(found.quantMax()).isEqualTo(numbers.get("quant_max"));
    assertThat(found.nodata()).isEqualTo(numbers.get("nodata"));
  }
}
