package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.ndstream.v1.ComputeEdgeWeightsRequest;
import io.ndstream.v1.ComputeSlidingWindowsRequest;
import io.ndstream.v1.ComputeSlidingWindowsResponse;
import io.ndstream.v1.DType;
import io.ndstream.v1.DequantizeRequest;
import io.ndstream.v1.Encoding;
import io.ndstream.v1.GridServiceGrpc;
import io.ndstream.v1.QuantizeOptions;
import io.ndstream.v1.QuantizeRequest;
import io.ndstream.v1.QuantizeResponse;
import io.ndstream.v1.StitchServiceGrpc;
import io.ndstream.v1.StitchServiceGrpc.StitchServiceBlockingStub;
import io.ndstream.v1.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Recorded cases of the stitcher, its manager and quantization. Every case that needs images gets a
 * data set of its own.
 */
final class StitchConform implements CaseFormat {
  static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Set<String> KINDS =
      Set.of(
          "edge_weights",
          "sliding_window",
          "stitcher",
          "accumulate",
          "quantize",
          "dequantize",
          "finalize");

  @Override
  public boolean recognises(Path dir) throws Exception {
    return Cases.have(dir, "kind", "inputs", "expected")
        && KINDS.contains(Cases.read(dir).get(0).get("kind").asText());
  }

  @Override
  public void run(Path dir, ServerUnderTest server, Outcome outcome) throws Exception {
    Path scratch = Files.createTempDirectory("ndstream-stitch");
    List<JsonNode> cases = Cases.read(dir);
    Map<String, Path> manifests = new LinkedHashMap<>();
    for (JsonNode c : cases) {
      if (needsImages(c)) {
        manifests.put(c.get("id").asText(), manifest(c, scratch.resolve(c.get("id").asText())));
      }
    }
    try {
      Channel channel = server.serve(manifests);
      for (JsonNode c : cases) {
        outcome.check(
            c.get("id").asText(),
            () -> check(c, dir, channel, manifests.get(c.get("id").asText())));
      }
    } finally {
      ServerUnderTest.deleteTree(scratch);
    }
  }

  private static boolean needsImages(JsonNode c) {
    return List.of("stitcher", "accumulate", "finalize").contains(c.get("kind").asText());
  }

  private static Path manifest(JsonNode c, Path bundle) throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    JsonNode in = c.get("inputs");
    root.set("videos", in.has("videos") ? in.get("videos") : MAPPER.createArrayNode());
    root.set("images", in.has("images") ? in.get("images") : bare(in.get("shape")));
    root.putArray("annotations");
    Files.createDirectories(bundle);
    return Files.writeString(bundle.resolve("data.kwcoco.json"), root.toString());
  }

  /** The bare accumulator knows no images: one of the canvas's size. */
  private static ArrayNode bare(JsonNode shape) {
    ObjectNode image = MAPPER.createObjectNode();
    image.put("id", 1).put("name", "canvas").put("file_name", "canvas.png");
    image
        .put("height", shape.get(0).asInt())
        .put("width", shape.size() > 1 ? shape.get(1).asInt() : 1);
    return MAPPER.createArrayNode().add(image);
  }

  private static void check(JsonNode c, Path dir, Channel channel, Path manifest) throws Exception {
    StitchServiceBlockingStub stub = StitchServiceGrpc.newBlockingStub(channel);
    switch (c.get("kind").asText()) {
      case "edge_weights" -> edgeWeights(c, dir, stub);
      case "sliding_window" -> slidingWindow(c, GridServiceGrpc.newBlockingStub(channel));
      case "quantize" -> quantize(c, dir, stub);
      case "dequantize" -> dequantize(c, dir, stub);
      default -> stitch(c, dir, new StitchSession(c.get("id").asText(), channel), manifest);
    }
  }

  private static void stitch(JsonNode c, Path dir, StitchSession session, Path manifest)
      throws Exception {
    try {
      switch (c.get("kind").asText()) {
        case "stitcher" -> new AccumulatorCase(c, dir, session).run();
        case "accumulate" -> new ManagerCase(c, dir, session).run();
        default -> new RasterCase(c, dir, manifest, session).run();
      }
    } finally {
      session.abort();
    }
  }

  private static void edgeWeights(JsonNode c, Path dir, StitchServiceBlockingStub stub)
      throws IOException {
    JsonNode shape = c.at("/inputs/shape");
    var request =
        ComputeEdgeWeightsRequest.newBuilder()
            .setHeight(shape.get(0).asInt())
            .setWidth(shape.get(1).asInt());
    Tensor found = stub.computeEdgeWeights(request.build()).getWeights();
    StitchTolerance.of(c)
        .check(
            "weights",
            NdArray.of(found).toDoubles(),
            array(dir, c.at("/expected/weights")).toDoubles());
  }

  private static void slidingWindow(JsonNode c, GridServiceGrpc.GridServiceBlockingStub stub) {
    JsonNode in = c.get("inputs");
    ComputeSlidingWindowsRequest.Builder request = ComputeSlidingWindowsRequest.newBuilder();
    in.get("shape").forEach(length -> request.addShape(length.asLong()));
    in.path("window").forEach(length -> request.addWindow(length.asLong(0)));
    numbers(in.path("overlap")).forEach(request::addOverlap);
    List<Double> stride = numbers(in.path("stride"));
    for (int axis = 0; axis < in.get("shape").size() && !stride.isEmpty(); axis++) {
      request.addStride(stride.get(Math.min(axis, stride.size() - 1)).longValue());
    }
    request
        .setDropBound(!in.path("keepbound").asBoolean())
        .setRefuseOvershoot(!in.path("allow_overshoot").asBoolean());
    if (c.get("expected").has("error")) {
      refused(() -> stub.computeSlidingWindows(request.build()));
      return;
    }
    ComputeSlidingWindowsResponse found = stub.computeSlidingWindows(request.build());
    ArrayNode windows = MAPPER.createArrayNode();
    expand(found, 0, new ArrayList<>(), windows);
    StitchTolerance.same("windows", windows.toString(), c.at("/expected/windows").toString());
    for (int axis = 0; axis < found.getAxesCount(); axis++) {
      StitchTolerance.same(
          "stride", found.getAxes(axis).getStride(), c.at("/expected/stride/" + axis).asLong());
      StitchTolerance.same(
          "basis",
          (long) found.getAxes(axis).getStartsCount(),
          c.at("/expected/basis_shape/" + axis).asLong());
    }
  }

  private static List<Double> numbers(JsonNode oneOrMany) {
    List<Double> numbers = new ArrayList<>();
    if (oneOrMany.isNumber()) {
      numbers.add(oneOrMany.asDouble());
    }
    oneOrMany.forEach(number -> numbers.add(number.asDouble()));
    return numbers;
  }

  private static void expand(
      ComputeSlidingWindowsResponse found, int axis, List<long[]> window, ArrayNode into) {
    if (axis == found.getAxesCount()) {
      ArrayNode row = into.addArray();
      window.forEach(span -> row.addArray().add(span[0]).add(span[1]));
      return;
    }
    for (long start : found.getAxes(axis).getStartsList()) {
      window.add(new long[] {start, start + found.getAxes(axis).getSize()});
      expand(found, axis + 1, window, into);
      window.remove(axis);
    }
  }

  private static void quantize(JsonNode c, Path dir, StitchServiceBlockingStub stub)
      throws IOException {
    JsonNode in = c.get("inputs");
    QuantizeOptions.Builder options =
        QuantizeOptions.newBuilder().setDtype(dtype(in.get("dtype").asText()));
    if (in.get("old_min").isNumber()) {
      options.setMin(in.get("old_min").asDouble());
    }
    if (in.get("old_max").isNumber()) {
      options.setMax(in.get("old_max").asDouble());
    }
    QuantizeRequest.Builder request = QuantizeRequest.newBuilder().setOptions(options);
    if (!in.get("data").isNull()) {
      request.setValues(tensor(array(dir, in.get("data"))));
    }
    JsonNode wanted = answer(c);
    if (wanted.has("error")) {
      refusedAs(wanted.get("error").asText(), () -> stub.quantize(request.build()));
      return;
    }
    QuantizeResponse found = stub.quantize(request.build());
    checkEncoding(found.getEncoding(), wanted.get("encoding"));
    if (wanted.has("quantized")) {
      NdArray stored = array(dir, wanted.get("quantized"));
      StitchTolerance.same(
          "quantized bytes", NdArray.of(found.getQuantized()).data(), stored.data());
    }
    if (wanted.has("dequantized") && c.get("status").asText().equals("match")) {
      var back =
          DequantizeRequest.newBuilder()
              .setQuantized(found.getQuantized())
              .setEncoding(found.getEncoding());
      NdArray values = NdArray.of(stub.dequantize(back.build()).getValues());
      StitchTolerance.of(c)
          .check(
              "dequantized", values.toDoubles(), array(dir, wanted.get("dequantized")).toDoubles());
    }
  }

  private static void dequantize(JsonNode c, Path dir, StitchServiceBlockingStub stub)
      throws IOException {
    JsonNode e = c.at("/inputs/encoding");
    Encoding.Builder encoding =
        Encoding.newBuilder()
            .setOrigMin(e.path("orig_min").asDouble(0))
            .setOrigMax(e.path("orig_max").asDouble(1))
            .setQuantMin(e.path("quant_min").asDouble(0))
            .setQuantMax(e.path("quant_max").asDouble(0))
            .setOrigDtype(e.path("orig_dtype").asText(""));
    if (e.path("nodata").isNumber()) {
      encoding.setNodata(e.get("nodata").asDouble());
    }
    var request =
        DequantizeRequest.newBuilder()
            .setQuantized(tensor(array(dir, c.at("/inputs/quantized"))))
            .setEncoding(encoding);
    if (answer(c).has("error")) {
      refused(() -> stub.dequantize(request.build()));
      return;
    }
    NdArray values = NdArray.of(stub.dequantize(request.build()).getValues());
    StitchTolerance.same("dtype", values.dtype(), c.at("/expected/dequantized/dtype").asText());
    StitchTolerance.of(c)
        .check(
            "dequantized",
            values.toDoubles(),
            array(dir, c.at("/expected/dequantized")).toDoubles());
  }

  /**
   * What a server should answer: where the reference is at fault, what {@code server} says takes
   * the place of what is expected.
   */
  static JsonNode answer(JsonNode c) {
    ObjectNode answer = c.get("expected").deepCopy();
    if (!c.get("status").asText().equals("match")) {
      JsonNode server = c.path("server");
      if (!server.has("error")) {
        answer.remove("error");
      }
      server.properties().forEach(field -> answer.set(field.getKey(), field.getValue()));
    }
    return answer;
  }

  static void checkEncoding(Encoding found, JsonNode wanted) {
    StitchTolerance.same("orig_min", found.getOrigMin(), wanted.get("orig_min").asDouble());
    StitchTolerance.same("orig_max", found.getOrigMax(), wanted.get("orig_max").asDouble());
    StitchTolerance.same("quant_min", found.getQuantMin(), wanted.get("quant_min").asDouble());
    StitchTolerance.same("quant_max", found.getQuantMax(), wanted.get("quant_max").asDouble());
    StitchTolerance.same("nodata", found.getNodata(), wanted.get("nodata").asDouble());
  }

  /** Passes only if the call is refused as the client's mistake. */
  static void refused(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      switch (e.getStatus().getCode()) {
        case INTERNAL, UNKNOWN, UNAVAILABLE, UNIMPLEMENTED ->
            throw new AssertionError("not refused but failed: " + e.getStatus());
        default -> {
          return;
        }
      }
    }
    throw new AssertionError("was not refused");
  }

  /** The same, with the code that the text begins with. */
  static void refusedAs(String text, Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      String wanted = text.replaceFirst(":.*", "");
      String reason = StitchTolerance.reason(e);
      StitchTolerance.same("reason", reason, wanted);
      return;
    }
    throw new AssertionError("was not refused: " + text);
  }

  static NdArray array(Path dir, JsonNode node) throws IOException {
    return NdArray.readNpy(dir.resolve(node.get("npy").asText()));
  }

  static DType dtype(String name) {
    return DType.valueOf("DTYPE_" + name.toUpperCase(Locale.ROOT));
  }

  static Tensor tensor(NdArray array) {
    return Tensor.newBuilder()
        .setDtype(dtype(array.dtype()))
        .addAllShape(array.shape())
        .setData(UnsafeByteOperations.unsafeWrap(array.data().duplicate().rewind()))
        .build();
  }

  /** The type that weights have in messages. */
  static Tensor float32(NdArray array) {
    ByteBuffer floats = ByteBuffer.allocate(4 * array.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : array.toDoubles()) {
      floats.putFloat((float) value);
    }
    return tensor(new NdArray("float32", array.shape(), floats.flip()));
  }
}
