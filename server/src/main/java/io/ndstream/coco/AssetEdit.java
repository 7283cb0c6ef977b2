package io.ndstream.coco;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ndstream.geom.Affine;

/**
 * A file to be added to an image of a manifest.
 *
 * @param list the key of the image row it goes to: {@code assets} or {@code auxiliary}
 * @param replaces whether it takes the place of an entry with the same channels, wherever that is;
 *     an entry of its own name is always replaced
 * @param fileName relative to the bundle, or absolute
 * @param channels fused channel codes
 * @param dequantization how to read the stored numbers, or null
 * @param predicted what the image row notes as {@code prediction_region}, in image space, beside
 *     the channels under {@code has_predictions}; null to note neither
 */
public record AssetEdit(
    long image,
    String list,
    boolean replaces,
    String fileName,
    String channels,
    int width,
    int height,
    int bands,
    Affine imageFromAsset,
    Quantization dequantization,
    Segmentation.Polygons predicted) {
  static final ObjectMapper MAPPER = new ObjectMapper();

  /** The entry as it stands in the manifest. */
  public String entryJson() {
    ObjectNode entry = MAPPER.createObjectNode();
    entry.put("file_name", fileName).put("channels", channels);
    entry.put("height", height).put("width", width).put("num_bands", bands);
    entry.set("warp_aux_to_img", concise(imageFromAsset));
    if (dequantization != null) {
      entry.set("quantization", quantization(dequantization));
    }
    return entry.toString();
  }

  /** How to read stored numbers, as it stands in the manifest. */
  public static String quantizationJson(Quantization encoding) {
    return quantization(encoding).toString();
  }

  private static ObjectNode quantization(Quantization encoding) {
    ObjectNode numbers = MAPPER.createObjectNode();
    number(numbers, "orig_min", encoding.origMin());
    number(numbers, "orig_max", encoding.origMax());
    number(numbers, "quant_min", encoding.quantMin());
    number(numbers, "quant_max", encoding.quantMax());
    if (encoding.nodata() != null) {
      number(numbers, "nodata", encoding.nodata());
    }
    return numbers;
  }

  /** The edit as one line. */
  public String toJson() {
    ObjectNode line = MAPPER.createObjectNode();
    line.put("kind", "asset").put("image_id", image).put("list", list).put("replaces", replaces);
    line.put("file_name", fileName).put("channels", channels).put("entry", entryJson());
    if (predicted != null) {
      line.put("region", region().toString());
    }
    return line.toString();
  }

  /** Like GeoJSON, but without the closing points, as the reference writes it. */
  private ObjectNode region() {
    ObjectNode region = MAPPER.createObjectNode().put("type", "MultiPolygon");
    ArrayNode polygons = region.putArray("coordinates");
    for (Segmentation.Polygon part : predicted.parts()) {
      ArrayNode rings = polygons.addArray();
      AnnotationEdit.points(rings.addArray(), part.exterior());
      part.interiors().forEach(ring -> AnnotationEdit.points(rings.addArray(), ring));
    }
    return region;
  }

  /** Parameters instead of a matrix, near-identity parts left out, equal pairs as one number. */
  private static ObjectNode concise(Affine map) {
    ObjectNode node = MAPPER.createObjectNode();
    Affine.Decomposed parts = map.decompose();
    pair(node, "scale", parts.sx(), parts.sy(), 1);
    if (Math.abs(parts.theta()) > 1e-8) {
      node.put("theta", parts.theta());
    }
    if (Math.abs(parts.shearx()) > 1e-8) {
      node.put("shearx", parts.shearx());
    }
    pair(node, "offset", parts.tx(), parts.ty(), 0);
    return node.put("type", "affine");
  }

  private static void pair(ObjectNode node, String key, double x, double y, double neutral) {
    if (Math.abs(x - neutral) <= 1e-8 && Math.abs(y - neutral) <= 1e-8) {
      return;
    }
    if (x == y) {
      node.put(key, x);
    } else {
      ArrayNode both = node.putArray(key);
      both.add(x).add(y);
    }
  }

  private static void number(ObjectNode node, String key, double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
      node.put(key, (long) value);
    } else {
      node.put(key, value);
    }
  }
}
