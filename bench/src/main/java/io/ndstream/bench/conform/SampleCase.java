package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Locale;

/**
 * One recorded case of loading a sample: what is asked, and the answer of an implementation that
 * repairs the reference's faults.
 */
final class SampleCase {
  private final JsonNode row;
  private final ObjectNode expect;

  SampleCase(JsonNode row) {
    this.row = row;
    this.expect = row.get("expect").deepCopy();
    JsonNode fixed = expect.remove("fixed");
    if (fixed != null) {
      if (!fixed.has("error") && !fixed.isEmpty()) {
        expect.remove("error");
      }
      expect.setAll((ObjectNode) fixed);
    }
    if (repairsTheWindow()) {
      expect.remove(List.of("params", "annots"));
    }
  }

  /**
   * The repaired answer lies elsewhere, and only its pixels and target were recorded. What the
   * reference said of its own window is checked on a request for that window.
   */
  boolean repairsTheWindow() {
    JsonNode fixed = row.get("expect").path("fixed");
    return fixed.has("target_resolved") && !fixed.has("params");
  }

  /** The case that asks for the reference's window outright. */
  SampleCase ofReferenceWindow() {
    ObjectNode same = row.deepCopy();
    ObjectNode recorded = (ObjectNode) same.get("expect");
    recorded.remove("fixed");
    ((ObjectNode) same.get("target"))
        .set("space_slice", recorded.get("target_resolved").get("space_slice"));
    ObjectNode resolved = (ObjectNode) recorded.get("target_resolved");
    // The extent comes from the annotation's box, which is repaired.
    resolved.remove(List.of("cx", "cy", "width", "height", "window_dims"));
    return new SampleCase(same);
  }

  String id() {
    return row.get("id").asText();
  }

  String dataset() {
    return row.get("dataset").asText();
  }

  JsonNode target() {
    return row.get("target");
  }

  JsonNode kwargs() {
    return row.path("kwargs");
  }

  /** Empty for a plain sample. */
  String method() {
    return row.path("call").path("method").asText();
  }

  JsonNode call() {
    return row.path("call");
  }

  JsonNode expected() {
    return expect;
  }

  /** Kind of the error to fail with, upper case; empty if there is an answer. */
  String error() {
    return expect.path("error").path("kind").asText().toUpperCase(Locale.ROOT);
  }

  /**
   * A repaired array has a tolerance of its own; else the bar for implementations that round source
   * coordinates as we do.
   */
  JsonNode tolerance() {
    for (JsonNode found :
        List.of(
            expect.path("tolerance"), row.path("tolerance_fixed_point"), row.path("tolerance"))) {
      if (!found.isMissingNode() && !found.isNull()) {
        return found;
      }
    }
    return TextNode.valueOf("exact");
  }
}
