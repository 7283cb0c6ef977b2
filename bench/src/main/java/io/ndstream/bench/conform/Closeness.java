package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Whether an answer has everything that was recorded, numbers within 1e-4. */
final class Closeness {
  private static final double TOLERANCE = 1e-4;

  private Closeness() {}

  /** Adds a text for every field of {@code want} that {@code got} does not have. */
  static void compare(String where, JsonNode want, JsonNode got, List<String> problems) {
    want.properties()
        .forEach(
            field -> {
              JsonNode g = got.path(field.getKey());
              boolean close =
                  field.getKey().equals("rel_ssegs")
                      ? shapesAgree(g, field.getValue())
                      : isClose(g, field.getValue());
              if (!close) {
                problems.add(
                    where
                        + "."
                        + field.getKey()
                        + ": "
                        + g
                        + " (expected "
                        + field.getValue()
                        + ")");
              }
            });
  }

  static boolean isClose(JsonNode got, JsonNode want) {
    if (want.isNumber()) {
      double tolerance = TOLERANCE * Math.max(1, Math.abs(want.asDouble()));
      return got.isNumber() && Math.abs(got.asDouble() - want.asDouble()) <= tolerance;
    }
    if (want.isNull()) {
      return got.isNull() || got.isArray() && got.isEmpty();
    }
    if (want.isArray()) {
      boolean close = got.isArray() && got.size() == want.size();
      for (int i = 0; close && i < want.size(); i++) {
        close = isClose(got.get(i), want.get(i));
      }
      return close;
    }
    if (want.isObject()) {
      boolean[] close = {true};
      want.properties().forEach(f -> close[0] &= isClose(got.path(f.getKey()), f.getValue()));
      return close[0];
    }
    return want.equals(got);
  }

  /**
   * Polygons traced from run lengths may start a ring anywhere: then the vertices of every ring
   * decide.
   */
  private static boolean shapesAgree(JsonNode got, JsonNode want) {
    boolean agree = got.size() == want.size();
    for (int i = 0; agree && i < want.size(); i++) {
      agree =
          isClose(got.get(i), want.get(i))
              || !want.get(i).isNull()
                  && !got.get(i).isNull()
                  && rings(got.get(i)).equals(rings(want.get(i)));
    }
    return agree;
  }

  private static List<String> rings(JsonNode polygons) {
    List<String> rings = new ArrayList<>();
    for (JsonNode polygon : polygons) {
      rings.add("exterior " + vertices(polygon.get("exterior")));
      polygon.get("interiors").forEach(ring -> rings.add("interior " + vertices(ring)));
    }
    rings.sort(Comparator.naturalOrder());
    return rings;
  }

  private static TreeSet<String> vertices(JsonNode ring) {
    TreeSet<String> vertices = new TreeSet<>();
    ring.forEach(
        p ->
            vertices.add(
                String.format("%.2f %.2f", p.get(0).asDouble() + 0.0, p.get(1).asDouble() + 0.0)));
    return vertices;
  }
}
