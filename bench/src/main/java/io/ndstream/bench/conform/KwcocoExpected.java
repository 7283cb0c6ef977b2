package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import io.ndstream.v1.Affine;
import io.ndstream.v1.DescribedAnnotation;
import io.ndstream.v1.DescribedAsset;
import io.ndstream.v1.DescribedCategory;
import io.ndstream.v1.DescribedImage;
import io.ndstream.v1.DescribedKeypoint;
import io.ndstream.v1.DescribedQuantization;
import io.ndstream.v1.DescribedShape;
import io.ndstream.v1.DescribedTrack;
import io.ndstream.v1.DescribedVideo;
import io.ndstream.v1.InspectDatasetResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Compares what a server says of a manifest with what is recorded: numbers within 1e-9, everything
 * else exactly.
 */
final class KwcocoExpected {
  private static final double TOLERANCE = 1e-9;

  private final JsonNode expected;
  private final String bundle;

  KwcocoExpected(JsonNode expected, String bundle) {
    this.expected = expected;
    this.bundle = bundle;
  }

  void compare(InspectDatasetResponse answer) {
    answer
        .getTablesList()
        .forEach(
            table ->
                same(
                    table.getName(),
                    table.getRows() - table.getRefused() - table.getOrphaned(),
                    expected.get("counts").get(table.getName()).asLong()));
    same("counts", answer.getTablesCount(), expected.get("counts").size());
    TreeSet<String> met = new TreeSet<>();
    for (DescribedImage image : answer.getDescription().getImagesList()) {
      image(image, row("images", image.getId(), met));
    }
    for (DescribedVideo video : answer.getDescription().getVideosList()) {
      same(
          "frames of " + video.getId(),
          video.getImageIdsList(),
          longs(row("frames", video.getId(), met)));
    }
    for (DescribedCategory category : answer.getDescription().getCategoriesList()) {
      JsonNode want = row("categories", category.getId(), met);
      same("category name", category.getName(), want.get("name").asText());
      same(
          "parent", category.hasParent() ? category.getParent() : null, string(want.get("parent")));
      same("n_annots", category.getAnnotations(), want.get("n_annots").asLong());
    }
    for (DescribedTrack track : answer.getDescription().getTracksList()) {
      same(
          "track " + track.getId(),
          track.getAnnotationIdsList(),
          longs(row("tracks", track.getId(), met)));
    }
    for (DescribedAnnotation annotation : answer.getDescription().getAnnotationsList()) {
      annotation(annotation, row("annotations", annotation.getId(), met));
    }
    int rows = 0;
    for (String table : List.of("images", "frames", "categories", "tracks", "annotations")) {
      rows += expected.get(table).size();
    }
    same("rows of all tables", met.size(), rows);
  }

  private JsonNode row(String table, Object id, TreeSet<String> met) {
    JsonNode row = expected.get(table).get(id.toString());
    if (row == null || !met.add(table + "/" + id)) {
      throw new AssertionError("unexpected: " + table + "/" + id);
    }
    return row;
  }

  private void image(DescribedImage image, JsonNode want) {
    String name = "image " + image.getId() + " ";
    size(name + "dsize", image.getWidth(), image.getHeight(), want.get("dsize"));
    same(
        name + "video_id",
        image.hasVideoId() ? (Long) image.getVideoId() : null,
        number(want.get("video_id")));
    if (image.hasVideoId()) {
      same(name + "frame_index", image.getFrameIndex(), want.get("frame_index").asLong());
    }
    same(name + "sensor", image.hasSensor() ? image.getSensor() : null, string(want.get("sensor")));
    affine(name + "vid_from_img", image.getVideoFromImage(), want.get("vid_from_img"));
    same(name + "annotation_ids", image.getAnnotationIdsList(), longs(want.get("annotation_ids")));
    same(name + "number of assets", image.getAssetsCount(), want.get("assets").size());
    List<String> channels = new ArrayList<>();
    for (int i = 0; i < image.getAssetsCount(); i++) {
      asset(name + "asset " + i + " ", image.getAssets(i), want.get("assets").get(i));
      channels.addAll(image.getAssets(i).getChannelsList());
    }
    same(name + "channels", channels, strings(want.get("channels")));
  }

  private void asset(String name, DescribedAsset asset, JsonNode want) {
    same(name + "source", asset.getSource(), want.get("source").asText());
    same(name + "file_name", asset.getFileName(), want.get("file_name").asText());
    String path = want.get("resolved").get("path").asText().replace("<BUNDLE>", bundle);
    same(name + "path", asset.getLocation(), path);
    same(name + "kind", asset.getKind(), want.get("resolved").get("kind").asText());
    List<String> channels = want.get("channels").isNull() ? null : strings(want.get("channels"));
    same(name + "channels", asset.getHasChannels() ? asset.getChannelsList() : null, channels);
    size(name + "dsize", asset.getWidth(), asset.getHeight(), want.get("dsize"));
    affine(name + "img_from_asset", asset.getImageFromAsset(), want.get("img_from_asset"));
    same(name + "num_bands", asset.getNumBands(), want.get("num_bands").asInt());
    same(name + "quantized", asset.hasQuantization(), !want.get("quantization").isNull());
    if (asset.hasQuantization()) {
      quantization(name + "quantization ", asset.getQuantization(), want.get("quantization"));
    }
  }

  private static void quantization(String name, DescribedQuantization found, JsonNode want) {
    same(name + "orig_dtype", found.getOrigDtype(), want.get("orig_dtype").asText());
    near(name + "orig_min", found.getOrigMin(), want.get("orig_min"));
    near(name + "orig_max", found.getOrigMax(), want.get("orig_max"));
    near(name + "quant_min", found.getQuantMin(), want.get("quant_min"));
    near(name + "quant_max", found.getQuantMax(), want.get("quant_max"));
    same(name + "has nodata", found.hasNodata(), !want.get("nodata").isNull());
    near(name + "nodata", found.getNodata(), want.get("nodata"));
  }

  private static void annotation(DescribedAnnotation found, JsonNode want) {
    String name = "annotation " + found.getId() + " ";
    same(name + "image_id", found.getImageId(), want.get("image_id").asLong());
    Long category = found.hasCategoryId() ? (Long) found.getCategoryId() : null;
    same(name + "category_id", category, number(want.get("category_id")));
    numbers(name + "bbox", found.getBboxList(), want.get("bbox"));
    same(name + "has a segmentation", found.hasSegmentation(), !want.get("segmentation").isNull());
    if (found.hasSegmentation()) {
      shape(name, found.getSegmentation(), want.get("segmentation"));
    }
    same(name + "number of keypoints", found.getKeypointsCount(), want.get("keypoints").size());
    for (int i = 0; i < found.getKeypointsCount(); i++) {
      DescribedKeypoint point = found.getKeypoints(i);
      JsonNode row = want.get("keypoints").get(i);
      near(name + "keypoint x", point.getX(), row.get(0));
      near(name + "keypoint y", point.getY(), row.get(1));
      same(name + "visible", point.getVisible(), row.get(2).asInt());
      same(
          name + "keypoint category",
          point.hasCategory() ? point.getCategory() : null,
          string(row.get(3)));
    }
  }

  private static void shape(String name, DescribedShape found, JsonNode want) {
    same(name + "form", found.getForm(), want.get("form").asText());
    near(name + "area", found.getArea(), want.get("area"));
    numbers(name + "segmentation bbox", found.getBboxList(), want.get("bbox"));
    if (want.has("size")) {
      same(
          name + "mask size",
          found.getSizeList(),
          longs(want.get("size")).stream().map(Long::intValue).toList());
      same(name + "compressed", found.getCompressed(), want.get("compressed").asBoolean());
    } else {
      same(name + "parts", found.getParts(), want.get("parts").asInt());
      same(name + "holes", found.getHoles(), want.get("holes").asInt());
    }
  }

  private static void size(String what, int width, int height, JsonNode want) {
    List<Long> found = width > 0 && height > 0 ? List.of((long) width, (long) height) : null;
    same(what, found, want.isNull() ? null : longs(want));
  }

  private static void affine(String what, Affine found, JsonNode want) {
    double[] entries = {
      found.getA11(),
      found.getA12(),
      found.getTx(),
      found.getA21(),
      found.getA22(),
      found.getTy(),
      0,
      0,
      1
    };
    for (int i = 0; i < entries.length; i++) {
      near(what, entries[i], want.get(i / 3).get(i % 3));
    }
  }

  private static void numbers(String what, List<Double> found, JsonNode want) {
    same("length of " + what, found.size(), want.size());
    for (int i = 0; i < found.size(); i++) {
      near(what, found.get(i), want.get(i));
    }
  }

  private static void near(String what, double found, JsonNode want) {
    double wanted = want.asDouble();
    if (!(Math.abs(found - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted)))) {
      throw new AssertionError(what + ": " + found + " (expected: " + wanted + ")");
    }
  }

  static void same(String what, Object found, Object wanted) {
    if (!Objects.equals(found, wanted)) {
      throw new AssertionError(what + ": " + found + " (expected: " + wanted + ")");
    }
  }

  private static Long number(JsonNode node) {
    return node.isNull() ? null : (Long) node.asLong();
  }

  private static String string(JsonNode node) {
    return node.isNull() ? null : node.asText();
  }

  private static List<String> strings(JsonNode node) {
    List<String> texts = new ArrayList<>();
    node.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private static List<Long> longs(JsonNode node) {
    List<Long> values = new ArrayList<>();
    node.forEach(item -> values.add(item.asLong()));
    return values;
  }
}
