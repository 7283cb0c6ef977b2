package io.ndstream.coco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.ndstream.geom.Affine;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Compares a data set with what is recorded of its manifest. */
final class Expected {
  private final JsonNode expected;

  Expected(JsonNode expected) {
    this.expected = expected;
  }

  void compare(Dataset dataset, Report report) {
    for (Report.Table table : report.tables()) {
      assertThat(table.kept())
          .as(table.name())
          .isEqualTo(expected.get("counts").get(table.name()).asLong());
    }
    expected
        .get("images")
        .properties()
        .forEach(entry -> image(dataset, Long.parseLong(entry.getKey()), entry.getValue()));
    expected.get("frames").properties().forEach(entry -> frames(dataset, entry));
    expected.get("categories").properties().forEach(entry -> category(dataset, entry));
    expected.get("annotations").properties().forEach(entry -> annotation(dataset, entry));
    ManifestSummary summary = new ManifestSummary(dataset);
    expected
        .get("tracks")
        .properties()
        .forEach(
            entry ->
                assertThat(summary.tracks().get(entry.getKey()))
                    .as("track %s", entry.getKey())
                    .isEqualTo(longs(entry.getValue())));
    assertThat(summary.tracks()).hasSize(expected.get("tracks").size());
    new Consistency(dataset).check();
  }

  private void image(Dataset dataset, long id, JsonNode want) {
    int row = dataset.imageRowOfId(id);
    Image image = dataset.images().get(row);
    size(image.width(), image.height(), want.get("dsize"));
    Video video = image.video() < 0 ? null : dataset.videos().get(image.video());
    assertThat(video == null ? null : video.id()).isEqualTo(number(want.get("video_id")));
    if (video != null) {
      assertThat(image.frameIndex()).isEqualTo(want.get("frame_index").asLong());
    }
    assertThat(image.sensor()).isEqualTo(string(want.get("sensor")));
    affine(image.videoFromImage(), want.get("vid_from_img"));
    List<Long> ids = new ArrayList<>();
    for (int annotation : dataset.annotations().ofImage(row)) {
      ids.add(dataset.annotations().id(annotation));
    }
    assertThat(ids).isEqualTo(longs(want.get("annotation_ids")));
    assertThat(image.assets()).hasSize(want.get("assets").size());
    List<String> channels = new ArrayList<>();
    for (int i = 0; i < image.assets().size(); i++) {
      asset(dataset, image.assets().get(i), want.get("assets").get(i));
      channels.addAll(
          image.assets().get(i).channels() == null ? List.of() : image.assets().get(i).channels());
    }
    assertThat(channels).isEqualTo(strings(want.get("channels")));
  }

  private static void asset(Dataset dataset, Asset asset, JsonNode want) {
    assertThat(asset.source().name().toLowerCase(Locale.ROOT))
        .isEqualTo(want.get("source").asText());
    assertThat(asset.fileName()).isEqualTo(want.get("file_name").asText());
    String path =
        want.get("resolved").get("path").asText().replace("<BUNDLE>", dataset.bundle().toString());
    assertThat(asset.location()).isEqualTo(path);
    PathPolicy.PathKind kind = ManifestSummary.kind(dataset, asset);
    assertThat(kind.name().toLowerCase(Locale.ROOT))
        .isEqualTo(want.get("resolved").get("kind").asText());
    assertThat(asset.channels())
        .isEqualTo(want.get("channels").isNull() ? null : strings(want.get("channels")));
    size(asset.width(), asset.height(), want.get("dsize"));
    affine(asset.imageFromAsset(), want.get("img_from_asset"));
    assertThat(asset.numBands()).isEqualTo(want.get("num_bands").asInt());
    quantization(asset.quantization(), want.get("quantization"));
  }

  private static void quantization(Quantization found, JsonNode want) {
    assertThat(found == null).isEqualTo(want.isNull());
    if (found != null) {
      assertThat(found.origDtype()).isEqualTo(want.get("orig_dtype").asText());
      assertThat(found.origMin()).isEqualTo(want.get("orig_min").asDouble());
      assertThat(found.origMax()).isEqualTo(want.get("orig_max").asDouble());
      assertThat(found.quantMin()).isEqualTo(want.get("quant_min").asDouble());
      assertThat(found.quantMax()).isEqualTo(want.get("quant_max").asDouble());
      assertThat(found.nodata())
          .isEqualTo(want.get("nodata").isNull() ? null : (Double) want.get("nodata").asDouble());
    }
  }

  private static void frames(Dataset dataset, Map.Entry<String, JsonNode> entry) {
    Video video = dataset.videos().get(dataset.videoRowOfId(Long.parseLong(entry.getKey())));
    List<Long> ids = video.frames().stream().map(row -> dataset.images().get(row).id()).toList();
    assertThat(ids).as("frames of %s", entry.getKey()).isEqualTo(longs(entry.getValue()));
  }

  private static void category(Dataset dataset, Map.Entry<String, JsonNode> entry) {
    Category category = dataset.categoryOfId(Long.parseLong(entry.getKey()));
    assertThat(category.name()).isEqualTo(entry.getValue().get("name").asText());
    assertThat(ManifestSummary.parent(category)).isEqualTo(string(entry.getValue().get("parent")));
    assertThat(new ManifestSummary(dataset).annotationsOf(category))
        .isEqualTo(entry.getValue().get("n_annots").asLong());
  }

  private static void annotation(Dataset dataset, Map.Entry<String, JsonNode> entry) {
    Annotations annotations = dataset.annotations();
    JsonNode want = entry.getValue();
    int row = annotations.rowOfId(Long.parseLong(entry.getKey()));
    assertThat(dataset.images().get(annotations.image(row)).id())
        .isEqualTo(want.get("image_id").asLong());
    Long category = annotations.hasCategory(row) ? (Long) annotations.categoryId(row) : null;
    assertThat(category).isEqualTo(number(want.get("category_id")));
    assertThat(annotations.hasBox(row)).isEqualTo(!want.get("bbox").isNull());
    if (annotations.hasBox(row)) {
      double[] box = {
        annotations.x(row), annotations.y(row), annotations.width(row), annotations.height(row)
      };
      assertThat(box).isEqualTo(doubles(want.get("bbox")));
    }
    segmentation(annotations.segmentation(row), want.get("segmentation"));
    keypoints(annotations.keypoints(row), want.get("keypoints"));
  }

  private static void segmentation(Segmentation found, JsonNode want) {
    assertThat(found == null).isEqualTo(want.isNull());
    if (found != null) {
      ShapeSummary shape = ShapeSummary.of(found);
      assertThat(shape.form()).isEqualTo(want.get("form").asText());
      assertThat(shape.area())
          .isCloseTo(want.get("area").asDouble(), within(1e-9 * (1 + want.get("area").asDouble())));
      assertThat(shape.box()).containsExactly(doubles(want.get("bbox")), within(1e-9));
      if (found instanceof Segmentation.Rle) {
        assertThat(shape.size())
            .containsExactly(want.get("size").get(0).asInt(), want.get("size").get(1).asInt());
        assertThat(shape.compressed()).isEqualTo(want.get("compressed").asBoolean());
      } else {
        assertThat(shape.parts()).isEqualTo(want.get("parts").asInt());
        assertThat(shape.holes()).isEqualTo(want.get("holes").asInt());
      }
    }
  }

  private static void keypoints(Keypoints found, JsonNode want) {
    assertThat(found == null ? 0 : found.size()).isEqualTo(want.size());
    for (int i = 0; i < want.size(); i++) {
      assertThat(found.xy()[2 * i]).isEqualTo(want.get(i).get(0).asDouble());
      assertThat(found.xy()[2 * i + 1]).isEqualTo(want.get(i).get(1).asDouble());
      assertThat(found.visible()[i]).isEqualTo(want.get(i).get(2).asInt());
      assertThat(found.categories().get(i)).isEqualTo(string(want.get(i).get(3)));
    }
  }

  private static void size(int width, int height, JsonNode want) {
    assertThat(width > 0 && height > 0).isEqualTo(!want.isNull());
    if (!want.isNull()) {
      assertThat(new int[] {width, height})
          .containsExactly(want.get(0).asInt(), want.get(1).asInt());
    }
  }

  private static void affine(Affine found, JsonNode want) {
    double[] entries = {found.a11(), found.a12(), found.tx(), found.a21(), found.a22(), found.ty()};
    for (int i = 0; i < 6; i++) {
      double wanted = want.get(i / 3).get(i % 3).asDouble();
      assertThat(entries[i]).isCloseTo(wanted, within(1e-9 * (1 + Math.abs(wanted))));
    }
  }

  private static Long number(JsonNode node) {
    return node.isNull() ? null : node.asLong();
  }

  private static String string(JsonNode node) {
    return node.isNull() ? null : node.asText();
  }

  private static List<String> strings(JsonNode node) {
    List<String> texts = new ArrayList<>();
    for (Iterator<JsonNode> items = node.elements(); items.hasNext(); ) {
      texts.add(items.next().asText());
    }
    return texts;
  }

  private static List<Long> longs(JsonNode node) {
    return strings(node).stream().map(Long::parseLong).toList();
  }

  private static double[] doubles(JsonNode node) {
    return strings(node).stream().mapToDouble(Double::parseDouble).toArray();
  }
}
