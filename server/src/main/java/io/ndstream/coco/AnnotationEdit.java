package io.ndstream.coco;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ndstream.geom.Box;

/**
 * An annotation to be added to a manifest; its id is given when it is merged.
 *
 * @param key unique: an annotation with this key is added once, however often it is merged
 * @param run who made it, for later removal
 * @param category name of its category, made if there is none
 * @param shape in image space
 */
public record AnnotationEdit(
    String key,
    String run,
    long image,
    String category,
    double score,
    Box box,
    Segmentation.Polygons shape) {

  /** The edit as one line: the row without its id and category id. */
  public String toJson() {
    ObjectNode line = AssetEdit.MAPPER.createObjectNode();
    line.put("kind", "annotation").put("category", category);
    ObjectNode row = line.putObject("row");
    row.put("image_id", image)
        .put("score", score)
        .put("ndstream_run", run)
        .put("ndstream_key", key);
    row.putArray("bbox").add(box.left()).add(box.top()).add(box.width()).add(box.height());
    ArrayNode parts = row.putArray("segmentation");
    for (Segmentation.Polygon part : shape.parts()) {
      ObjectNode polygon = parts.addObject();
      points(polygon.putArray("exterior"), part.exterior());
      ArrayNode interiors = polygon.putArray("interiors");
      part.interiors().forEach(ring -> points(interiors.addArray(), ring));
    }
    return line.toString();
  }

  static void points(ArrayNode ring, double[] xy) {
    for (int i = 0; i < xy.length; i += 2) {
      ring.addArray().add(xy[i]).add(xy[i + 1]);
    }
  }
}
