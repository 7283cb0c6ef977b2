package io.ndstream.sample;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Whether an answer has everything that was recorded, numbers within 1e-4. */
final class JsonCloseness {
  private JsonCloseness() {}

  static boolean isClose(JsonNode got, JsonNode want, String key) {
    if (key.equals("rel_ssegs")) {
      return got.size() == want.size() && shapesAgree(got, want);
    }
    if (want.isNumber()) {
      double tolerance = 1e-4 * Math.max(1, Math.abs(want.asDouble()));
      return got.isNumber() && Math.abs(got.asDouble() - want.asDouble()) <= tolerance;
    }
    if (want.isNull()) {
      return got.isNull() || got.isArray() && got.isEmpty();
    }
    if (want.isArray()) {
      boolean close = got.isArray() && got.size() == want.size();
      for (int i = 0; close && i < want.size(); i++) {
        close = isClose(got.get(i), want.get(i), "");
      }
      return close;
    }
    if (want.isObject()) {
      boolean[] close = {true};
      want.properties()
          .forEach(f -> close[0] &= isClose(got.path(f.getKey()), f.getValue(), f.getKey()));
      return close[0];
    }
    return want.equals(got);
  }

  private static boolean shapesAgree(JsonNode got, JsonNode want) {
    for (int i = 0; i < want.size(); i++) {
      boolean same =
          want.get(i).isNull() ? got.get(i).isNull() : rings(got.get(i)).equals(rings(want.get(i)));
      if (!same && !isClose(got.get(i), want.get(i), "")) {
        return false;
      }
    }
    return true;
  }

  /** The vertices of every ring as a set; rings in any order. */
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
