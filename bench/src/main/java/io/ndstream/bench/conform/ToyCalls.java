package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Channel;
import io.ndstream.v1.Annotation;
import io.ndstream.v1.Dataset;
import io.ndstream.v1.DatasetServiceGrpc;
import io.ndstream.v1.GetDatasetRequest;
import io.ndstream.v1.Image;
import io.ndstream.v1.ListAnnotationsRequest;
import io.ndstream.v1.ListCategoriesRequest;
import io.ndstream.v1.ListImagesRequest;
import io.ndstream.v1.ListVideosRequest;
import io.ndstream.v1.LoadSampleRequest;
import io.ndstream.v1.SampleServiceGrpc;
import io.ndstream.v1.Slice;
import io.ndstream.v1.Slices;
import io.ndstream.v1.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Toy data sets, which the server makes when it starts. Compared are counts, names, ids, categories
 * and fields; positions are random.
 */
final class ToyCalls {
  private static final int PAGE = 1000;

  private final DatasetServiceGrpc.DatasetServiceBlockingStub datasets;
  private final SampleServiceGrpc.SampleServiceBlockingStub samples;

  ToyCalls(Channel channel) {
    samples = SampleServiceGrpc.newBlockingStub(channel);
    datasets = DatasetServiceGrpc.newBlockingStub(channel);
  }

  void addTo(Map<String, RegionsConform.Call> calls) {
    calls.put("toy.video", this::video);
    calls.put("toy.images", this::images);
  }

  /** What to tell the server to open for these cases: name=toy:key. */
  static List<String> datasets(List<JsonNode> cases) {
    List<String> names = new ArrayList<>();
    for (JsonNode c : cases) {
      if (c.get("call").asText().startsWith("toy.")) {
        names.add(c.get("id").asText() + "=toy:" + key(c.get("args")));
      }
    }
    return names;
  }

  private static String key(JsonNode args) {
    StringBuilder key = new StringBuilder(args.get("key").asText());
    args.properties()
        .forEach(
            f -> {
              JsonNode value = f.getValue();
              if (f.getKey().equals("image_size")) {
                key.append("-image_size")
                    .append(value.get(0).asInt())
                    .append('x')
                    .append(value.get(1).asInt());
              } else if (value.isBoolean()) {
                key.append(value.asBoolean() ? "-" + f.getKey() : "");
              } else if (!f.getKey().equals("key")) {
                key.append('-').append(f.getKey()).append(value.asText());
              }
            });
    return key.toString();
  }

  private Dataset facts(String name) {
    return datasets
        .getDataset(GetDatasetRequest.newBuilder().setDataset(name).build())
        .getDataset();
  }

  private List<Image> listImages(String name) {
    return datasets
        .listImages(
            ListImagesRequest.newBuilder()
                .setDataset(name)
                .setPageSize(PAGE)
                .setWithJson(true)
                .build())
        .getImagesList();
  }

  private List<Annotation> listAnnotations(String name) {
    List<Annotation> all = new ArrayList<>();
    String token = "";
    do {
      var page =
          datasets.listAnnotations(
              ListAnnotationsRequest.newBuilder()
                  .setDataset(name)
                  .setPageSize(PAGE)
                  .setPageToken(token)
                  .setWithJson(true)
                  .build());
      all.addAll(page.getAnnotationsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return all;
  }

  private JsonNode common(
      String name, List<Image> images, List<Annotation> annotations, JsonNode want) {
    ObjectNode answer = Json.object().put("n_images", images.size());
    ArrayNode categories = answer.putArray("categories");
    for (var c :
        datasets
            .listCategories(ListCategoriesRequest.newBuilder().setDataset(name).build())
            .getCategoriesList()) {
      ArrayNode row = categories.addArray().add(c.getId()).add(c.getName());
      row.add(c.getSupercategory().isEmpty() ? Json.of(null) : Json.of(c.getSupercategory()));
    }
    answer.set(
        "image_keys", keys(images.stream().map(Image::getJson).toList(), want.get("image_keys")));
    answer.set(
        "annot_keys",
        keys(annotations.stream().map(Annotation::getJson).toList(), want.get("annot_keys")));
    return answer;
  }

  /** The fields that are there of those that were recorded: rows may have more. */
  private static JsonNode keys(List<String> rows, JsonNode want) {
    Set<String> keys = new TreeSet<>();
    rows.forEach(row -> Json.parse(row).fieldNames().forEachRemaining(keys::add));
    keys.retainAll(Json.texts(want));
    return Json.of(keys);
  }

  private JsonNode video(JsonNode c) {
    String name = c.get("id").asText();
    List<Image> images = listImages(name);
    List<Annotation> annotations = listAnnotations(name);
    ObjectNode answer = (ObjectNode) common(name, images, annotations, c.get("expect"));
    Dataset facts = facts(name);
    answer
        .put("n_videos", facts.getVideos())
        .put("n_annots", annotations.size())
        .put("n_tracks", facts.getTracks());
    answer.set(
        "video_names",
        Json.of(
            datasets
                .listVideos(ListVideosRequest.newBuilder().setDataset(name).build())
                .getVideosList()
                .stream()
                .map(v -> v.getName())
                .toList()));
    answer.set(
        "frame_indexes",
        Json.of(images.stream().map(i -> List.of(i.getVideoId(), i.getFrameIndex())).toList()));
    answer.set("image_ids", Json.of(images.stream().map(Image::getId).toList()));
    Map<Long, Integer> perImage = new HashMap<>();
    annotations.forEach(a -> perImage.merge(a.getImageId(), 1, Integer::sum));
    answer.set("annots_per_image", Json.of(new TreeSet<>(perImage.values())));
    answer.put("track_categories_constant", constant(annotations));
    answer.set(
        "sensors",
        Json.of(
            new TreeSet<>(
                images.stream()
                    .map(i -> i.getSensor().isEmpty() ? "None" : i.getSensor())
                    .toList())));
    assets(name, images, answer);
    return answer;
  }

  /** Which files frames of each sensor have, and the types of their pixels. */
  private void assets(String name, List<Image> images, ObjectNode answer) {
    Map<String, JsonNode> bySensor = new TreeMap<>();
    Set<String> dtypes = new TreeSet<>();
    for (Image image : images) {
      JsonNode row = Json.parse(image.getJson());
      ArrayNode channels = Json.array();
      for (JsonNode asset : row.path("auxiliary")) {
        channels.add(asset.get("channels").asText());
        dtypes.add(
            dtype(name, image, asset.get("channels").asText())
                + " "
                + asset.get("channels").asText());
      }
      bySensor.put(
          image.getSensor(),
          Json.array().add(image.getSensor()).add(channels).add(row.path("channels").asText("")));
    }
    answer.set("assets_by_sensor", Json.of(bySensor.values()));
    answer.set("asset_dtypes", Json.of(dtypes));
  }

  private String dtype(String name, Image image, String channels) {
    Slice pixel = Slice.newBuilder().setStart(0).setStop(1).build();
    Target target =
        Target.newBuilder()
            .setImageId(image.getId())
            .setChannels(channels)
            .setInterpolation("nearest")
            .setSpaceSlice(Slices.newBuilder().addSlices(pixel).addSlices(pixel))
            .build();
    var sample =
        samples
            .loadSample(LoadSampleRequest.newBuilder().setDataset(name).setTarget(target).build())
            .getSample();
    return NdArray.of(sample.getPixels()).dtype();
  }

  private static boolean constant(List<Annotation> annotations) {
    Map<String, Long> categories = new HashMap<>();
    return annotations.stream()
        .allMatch(
            a -> {
              Long before =
                  categories.putIfAbsent(
                      Json.parse(a.getJson()).get("track_id").asText(), a.getCategoryId());
              return before == null || before == a.getCategoryId();
            });
  }

  private JsonNode images(JsonNode c) {
    String name = c.get("id").asText();
    List<Image> images = listImages(name);
    List<Annotation> annotations = listAnnotations(name);
    ObjectNode answer = (ObjectNode) common(name, images, annotations, c.get("expect"));
    answer.put(
        "max_iou_in_an_image",
        annotations.stream().anyMatch(a -> overlapsAnother(a, annotations)) ? 1.0 : 0.0);
    Set<String> channels = new TreeSet<>();
    Set<String> assets = new TreeSet<>();
    for (Image image : images) {
      JsonNode row = Json.parse(image.getJson());
      channels.add(row.path("channels").asText());
      row.path("auxiliary").forEach(asset -> assets.add(asset.path("channels").asText()));
    }
    answer.set("image_channels", Json.of(channels));
    answer.set("assets", Json.of(assets));
    return answer;
  }

  private static boolean overlapsAnother(Annotation a, List<Annotation> all) {
    return all.stream()
        .anyMatch(
            b ->
                b.getId() > a.getId()
                    && b.getImageId() == a.getImageId()
                    && a.getBbox(0) < b.getBbox(0) + b.getBbox(2)
                    && b.getBbox(0) < a.getBbox(0) + a.getBbox(2)
                    && a.getBbox(1) < b.getBbox(1) + b.getBbox(3)
                    && b.getBbox(1) < a.getBbox(1) + a.getBbox(3));
  }
}
