package io.ndstream.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ndstream.Oracle;
import io.ndstream.annot.AnnotationColumns;
import io.ndstream.annot.MaskOptions;
import io.ndstream.error.LoaderException;
import io.ndstream.grid.Pool;
import io.ndstream.grid.Positives;
import io.ndstream.pixels.StageTimes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every recorded answer of the reference, against the loader itself. */
class RecordedSamplesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String ARRAYS = "load_sample/";
  private static final OpenSamples OPEN = new OpenSamples();

  @AfterAll
  static void close() {
    OPEN.close();
  }

  @TestFactory
  Stream<DynamicTest> cases() {
    return Oracle.lines("load_sample/cases.jsonl").stream()
        .filter(
            c ->
                !List.of("load_annotations", "summary")
                    .contains(c.path("call").path("method").asText()))
        .map(c -> DynamicTest.dynamicTest(c.get("id").asText(), () -> check(c)));
  }

  /** The repaired answer where there is one. */
  private static JsonNode expected(JsonNode c) {
    ObjectNode expect = c.get("expect").deepCopy();
    JsonNode fixed = expect.remove("fixed");
    if (fixed != null) {
      boolean repairsAnError = !fixed.has("error") && fixed.size() > 0;
      if (repairsAnError) {
        expect.remove("error");
      }
      expect.setAll((ObjectNode) fixed);
      // Where the repaired answer has another window, what was recorded of the old window does not
      // apply.
      if (fixed.has("target_resolved") && !fixed.has("params")) {
        expect.remove(List.of("params", "annots"));
      }
    }
    return expect;
  }

  private static void check(JsonNode c) {
    JsonNode expect = expected(c);
    SampleLoader loader = OPEN.loader(c.get("dataset").asText());
    StringBuilder problems = new StringBuilder();
    try {
      TargetSpec target = target(c, loader);
      ResolvedSample sample = loader.resolve(target, request(c));
      ByteBuffer row = ByteBuffer.allocate((int) sample.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      AnnotationColumns columns = new AnnotationColumns();
      columns.reset(
          sample.annotationRequest().wantsSegmentations(),
          sample.annotationRequest().wantsKeypoints(),
          List.of());
      try (SampleScratch scratch = new SampleScratch()) {
        loader.readInto(sample, row, scratch, new StageTimes());
        loader.annotate(sample, scratch, columns, new StageTimes());
      }
      assertThat(expect.path("error")).as("answered, but should fail").isEmpty();
      problems.append(pixels(c, expect, sample, row));
      SampleJson json = new SampleJson(sample, columns);
      compare("params", expect.path("params"), json.params(), problems);
      compare("target", expect.path("target_resolved"), json.target(), problems);
      if (expect.has("annots")) {
        compare("annots", expect.get("annots"), json.annotations(), problems);
      }
    } catch (LoaderException e) {
      String kind = expect.path("error").path("kind").asText();
      // Where the reference fails by accident, any reason will do.
      assertThat(e.reason().name())
          .as(e.getMessage())
          .isEqualToIgnoringCase(kind.equals("crash") ? e.reason().name() : kind);
    }
    assertThat(problems.toString()).isEmpty();
  }

  private static TargetSpec target(JsonNode c, SampleLoader loader) {
    TargetSpec given =
        c.get("target").isNull() ? TargetSpec.builder().build() : TargetJson.read(c.get("target"));
    JsonNode call = c.path("call");
    Pool pool = Pool.of(Positives.of(loader.dataset()));
    long index = call.path("index").asLong();
    return switch (call.path("method").asText()) {
      case "load_positive" ->
          PoolTargets.of(loader.dataset(), pool, pool.positive(index)).with(given);
      case "load_item" -> PoolTargets.of(loader.dataset(), pool, pool.item(index)).with(given);
      case "load_image" -> loader.wholeImage(call.get("image_id").asLong(), null);
      default -> given;
    };
  }

  private static AnnotationRequest request(JsonNode c) {
    JsonNode kw = c.path("kwargs");
    JsonNode with = kw.path("with_annots");
    boolean none =
        c.path("call").path("method").asText().equals("load_image")
            || with.isNull()
            || with.isBoolean() && !with.asBoolean();
    List<String> parts =
        with.isTextual()
            ? List.of(with.asText().split("\\+"))
            : with.isArray() ? parts(with) : List.of();
    List<Long> ids = kw.path("annot_ids").isArray() ? TargetJson.longs(kw.get("annot_ids")) : null;
    return new AnnotationRequest(
        none, parts, kw.path("visible_thresh").asDouble(0), ids, false, MaskOptions.NONE);
  }

  private static List<String> parts(JsonNode list) {
    if (list.isEmpty()) {
      return List.of("boxes");
    }
    List<String> parts = new ArrayList<>();
    list.forEach(p -> parts.add(p.asText()));
    return parts;
  }

  private static String pixels(JsonNode c, JsonNode expect, ResolvedSample sample, ByteBuffer row) {
    JsonNode tolerance = tolerance(c, expect);
    PixelDifference difference = new PixelDifference();
    if (expect.path("array").isTextual()) {
      Npy want = Npy.read(Oracle.path(ARRAYS + expect.get("array").asText()));
      assertThat(sample.shape()).isEqualTo(want.shape());
      assertThat(sample.dtype()).isEqualTo(want.dtype());
      difference.add(want, new Npy(sample.dtype(), sample.shape(), row));
    }
    JsonNode frames = expect.path("frames");
    for (int t = 0; t < frames.size(); t++) {
      assertThat(sample.nativeFrames().get(t)).hasSize(frames.get(t).size());
      for (int p = 0; p < frames.get(t).size(); p++) {
        Npy want = Npy.read(Oracle.path(ARRAYS + frames.get(t).get(p).get("array").asText()));
        NativePart part = sample.nativeFrames().get(t).get(p);
        List<Long> shape =
            List.of((long) part.height(), (long) part.width(), (long) part.channels().size());
        assertThat(shape).isEqualTo(want.shape());
        assertThat(part.dtype()).isEqualTo(want.dtype());
        ByteBuffer bytes =
            row.slice((int) part.offset(), (int) part.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        difference.add(want, new Npy(part.dtype(), shape, bytes));
      }
    }
    return difference.beyond(tolerance);
  }

  /**
   * A repaired array has its own tolerance; else the bar for an implementation that rounds source
   * coordinates as we do.
   */
  private static JsonNode tolerance(JsonNode c, JsonNode expect) {
    if (expect.has("tolerance")) {
      return expect.get("tolerance");
    }
    JsonNode closer = c.path("tolerance_fixed_point");
    return closer.isMissingNode() || closer.isNull()
        ? c.path("tolerance").isMissingNode()
            ? MAPPER.getNodeFactory().textNode("exact")
            : c.get("tolerance")
        : closer;
  }

  private static void compare(String where, JsonNode want, JsonNode got, StringBuilder problems) {
    want.properties()
        .forEach(
            field -> {
              JsonNode g = got.path(field.getKey());
              if (!JsonCloseness.isClose(g, field.getValue(), field.getKey())) {
                problems
                    .append(where)
                    .append('.')
                    .append(field.getKey())
                    .append(": ")
                    .append(g)
                    .append(" expected ")
                    .append(field.getValue())
                    .append("; ");
              }
            });
  }
}
