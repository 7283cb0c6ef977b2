package io.ndstream.annot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BorderTracerTest {
  private final BorderTracer tracer = new BorderTracer();

  /**
   * Contours that OpenCV 5.0 found by way of kwimage 0.12: single pixels, lines, noise, nested
   * blobs.
   */
  @Test
  void findsTheRecordedContours() throws IOException {
    int cases = 0;
    for (JsonNode recorded : contours()) {
      List<String> rows = new ArrayList<>();
      recorded.get("mask").forEach(row -> rows.add(row.asText()));
      Set<String> wanted = new TreeSet<>();
      recorded.get("polygons").forEach(polygon -> wanted.add(wanted(polygon)));
      assertThat(trace(rows)).as(String.join("\n", rows)).isEqualTo(wanted);
      cases++;
    }
    assertThat(cases).isEqualTo(58);
  }

  /** Every border pixel of the mask lies on a ring, and nothing else does. */
  @Property(tries = 100)
  void ringsRunOverSetPixelsOnly(
      @ForAll @IntRange(min = 1, max = 9) int size,
      @ForAll @IntRange(min = 1, max = 9) int tenths,
      @ForAll long seed) {
    List<String> rows = MaskTest.randomRows(size, size, tenths, seed);
    Mask mask = Mask.of(Runs.ofText(rows, true));
    AnnotationColumns into = columns();
    tracer.trace(mask, Affine.IDENTITY, into);
    for (int p = 0; p < into.points().children(); p++) {
      int x = (int) into.xy().get(2 * p);
      int y = (int) into.xy().get(2 * p + 1);
      assertThat(mask.isSet(x, y)).as("seed %d: %d, %d", seed, x, y).isTrue();
      boolean inner =
          mask.isSet(x - 1, y)
              && mask.isSet(x + 1, y)
              && mask.isSet(x, y - 1)
              && mask.isSet(x, y + 1);
      assertThat(inner).as("seed %d: %d, %d is inside", seed, x, y).isFalse();
    }
  }

  private Set<String> trace(List<String> rows) {
    AnnotationColumns into = columns();
    tracer.trace(Mask.of(Runs.ofText(rows, true)), Affine.IDENTITY, into);
    Set<String> found = new TreeSet<>();
    for (int polygon = 0; polygon < into.rings().parents(); polygon++) {
      int exterior = into.rings().start(polygon);
      Set<String> holes = new TreeSet<>();
      for (int ring = exterior + 1; ring < into.rings().end(polygon); ring++) {
        holes.add(ring(into, ring));
      }
      found.add(ring(into, exterior) + " holes " + holes);
    }
    return found;
  }

  private static String ring(AnnotationColumns from, int ring) {
    Set<String> vertices = new TreeSet<>();
    for (int p = from.points().start(ring); p < from.points().end(ring); p++) {
      vertices.add((int) from.xy().get(2 * p) + "," + (int) from.xy().get(2 * p + 1));
    }
    return vertices.toString();
  }

  private static String wanted(JsonNode polygon) {
    Set<String> holes = new TreeSet<>();
    polygon.get("interiors").forEach(ring -> holes.add(wantedRing(ring)));
    return wantedRing(polygon.get("exterior")) + " holes " + holes;
  }

  private static String wantedRing(JsonNode ring) {
    Set<String> vertices = new TreeSet<>();
    ring.forEach(point -> vertices.add(point.get(0) + "," + point.get(1)));
    return vertices.toString();
  }

  private static AnnotationColumns columns() {
    AnnotationColumns columns = new AnnotationColumns();
    columns.reset(true, false, List.of());
    columns.beginSample();
    columns.beginAnnotation(1, 1, 0, new Box(0, 0, 1, 1), 1);
    return columns;
  }

  private static List<JsonNode> contours() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                BorderTracerTest.class.getResourceAsStream("/annot/contours.jsonl"),
                StandardCharsets.UTF_8))) {
      List<JsonNode> found = new ArrayList<>();
      for (String line : lines.lines().collect(Collectors.toList())) {
        found.add(mapper.readTree(line));
      }
      return found;
    }
  }
}
