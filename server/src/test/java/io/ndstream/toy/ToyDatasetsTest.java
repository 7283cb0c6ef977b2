package io.ndstream.toy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ndstream.Oracle;
import io.ndstream.error.LoaderException;
import io.ndstream.geom.Box;
import io.ndstream.raster.FrameHeader;
import io.ndstream.raster.GdalFrameReader;
import io.ndstream.raster.HandlePool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ToyDatasetsTest {
  @TempDir Path directory;

  static List<JsonNode> videoCases() {
    return Oracle.lines("regions/cases.jsonl").stream()
        .filter(c -> c.path("call").asText().equals("toy.video"))
        .toList();
  }

  static List<JsonNode> imageCases() {
    return Oracle.lines("regions/cases.jsonl").stream()
        .filter(c -> c.path("call").asText().equals("toy.images"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("videoCases")
  void videosAreAsRecorded(JsonNode recorded) throws IOException {
    JsonNode made = make(recorded.get("args"));
    JsonNode expect = recorded.get("expect");
    assertThat(made.get("videos")).hasSize(expect.get("n_videos").asInt());
    assertThat(made.get("images")).hasSize(expect.get("n_images").asInt());
    assertThat(made.get("annotations")).hasSize(expect.get("n_annots").asInt());
    assertThat(column(made.get("tracks"), "name")).isEqualTo(expect.get("track_names"));
    assertThat(column(made.get("videos"), "name")).isEqualTo(expect.get("video_names"));
    assertThat(column(made.get("images"), "id")).isEqualTo(expect.get("image_ids"));
    assertThat(categories(made.get("categories"))).isEqualTo(text(expect.get("categories")));
    assertThat(keypointCategories(made)).isEqualTo(text(expect.get("keypoint_categories")));
    assertThat(made.get("images").findValuesAsText("frame_index"))
        .isEqualTo(secondOf(expect.get("frame_indexes")));
    assertThat(annotationsPerImage(made))
        .containsOnly(expect.get("annots_per_image").get(0).asInt());
    assertThat(assetsBySensor(made)).isEqualTo(new TreeSet<>(text(expect.get("assets_by_sensor"))));
    assertThat(dtypes(made))
        .containsExactlyElementsOf(new TreeSet<>(texts(expect.get("asset_dtypes"))));
    assertThat(keys(made.get("images").get(0))).containsAll(texts(expect.get("image_keys")));
    assertThat(keys(made.get("annotations").get(0)))
        .containsExactlyElementsOf(texts(expect.get("annot_keys")));
    tracksKeepTheirCategory(made);
  }

  @ParameterizedTest
  @MethodSource("imageCases")
  void imagesAreAsRecorded(JsonNode recorded) throws IOException {
    JsonNode made = make(recorded.get("args"));
    JsonNode expect = recorded.get("expect");
    assertThat(made.get("images")).hasSize(expect.get("n_images").asInt());
    assertThat(categories(made.get("categories"))).isEqualTo(text(expect.get("categories")));
    assertThat(keys(made.get("images").get(0)))
        .containsExactlyElementsOf(texts(expect.get("image_keys")));
    assertThat(keys(made.get("annotations").get(0)))
        .containsExactlyElementsOf(texts(expect.get("annot_keys")));
    assertThat(column(made.get("images"), "channels"))
        .containsOnly(new ObjectMapper().valueToTree("rgb"));
    List<Integer> counts = annotationsPerImage(made);
    double mean = counts.stream().mapToInt(c -> c).average().orElse(0);
    assertThat(mean).isBetween(4.0, 14.0);
    if (counts.size() >= 100) {
      assertThat(mean).isBetween(8.0, 11.0);
    }
    Map<Integer, List<Box>> boxes = boxes(made);
    boxes
        .values()
        .forEach(
            list ->
                list.forEach(
                    box -> {
                      long meeting =
                          list.stream().filter(other -> other.intersectionArea(box) > 0).count();
                      assertThat(meeting).as("boxes that meet %s", box).isOne();
                    }));
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws IOException {
    ToySpec spec = ToyKey.parse("vidshapes2-msi-multisensor-gsize48x40-timestamps-rng7");
    ToyDatasets.write(spec, directory.resolve("a"));
    ToyDatasets.write(spec, directory.resolve("b"));
    ToyDatasets.write(
        ToyKey.parse("vidshapes2-msi-multisensor-gsize48x40-timestamps-rng8"),
        directory.resolve("c"));
    assertThat(files(directory.resolve("a"))).isEqualTo(files(directory.resolve("b")));
    assertThat(files(directory.resolve("a"))).isNotEqualTo(files(directory.resolve("c")));
  }

  /**
   * Also on other machines and Java versions. Change the hash together with the generator's number
   * in ToyDatasets; the files' bytes depend on the versions of GDAL and zlib as well.
   */
  @Test
  void theSameSeedGivesTheSameManifestEverywhere() throws Exception {
    ToySpec spec = ToyKey.parse("vidshapes2-msi-multisensor-gsize48x40-timestamps-rng7");
    byte[] manifest = Files.readAllBytes(ToyDatasets.write(spec, directory.resolve("a")));
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(manifest);
    assertThat(HexFormat.of().formatHex(hash, 0, 8)).isEqualTo("ae5ced96437b64c2");
  }

  @Test
  void isMadeOnceForAKey() throws IOException {
    Path manifest = ToyDatasets.materialise("toy:shapes2-gsize32", directory);
    Object made = Files.getLastModifiedTime(manifest);
    assertThat(ToyDatasets.materialise("shapes2-gsize32", directory)).isEqualTo(manifest);
    assertThat(Files.getLastModifiedTime(manifest)).isEqualTo(made);
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void whoAsksAtTheSameTimeGetsTheSame() throws IOException {
    var made =
        IntStream.range(0, 8)
            .parallel()
            .mapToObj(i -> ToyDatasets.materialise("toy:shapes2-gsize32", directory))
            .toList();
    assertThat(made).containsOnly(made.get(0));
    assertThat(made.get(0)).exists();
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void writesIntoEmptyDirectoriesOnly() throws IOException {
    Files.writeString(directory.resolve("mine.txt"), "mine");
    assertThatThrownBy(() -> ToyDatasets.write(ToyKey.parse("shapes1"), directory))
        .isInstanceOf(LoaderException.class);
    assertThat(directory.resolve("mine.txt")).exists();
  }

  private JsonNode make(JsonNode args) throws IOException {
    Map<String, String> options = new TreeMap<>();
    args.properties()
        .forEach(
            arg -> {
              if (arg.getKey().equals("image_size")) {
                options.put("image_size", arg.getValue().get(0) + "x" + arg.getValue().get(1));
              } else if (!arg.getKey().equals("key")) {
                options.put(arg.getKey(), arg.getValue().asText());
              }
            });
    Path manifest =
        ToyDatasets.write(
            ToyKey.parse(args.get("key").asText(), options), directory.resolve("made"));
    return new ObjectMapper().readTree(manifest.toFile());
  }

  private static JsonNode column(JsonNode rows, String name) {
    List<JsonNode> values = new ArrayList<>();
    rows.forEach(row -> values.add(row.get(name)));
    return new ObjectMapper().valueToTree(values);
  }

  private static List<String> categories(JsonNode rows) {
    List<String> found = new ArrayList<>();
    rows.forEach(
        row ->
            found.add(
                "["
                    + row.get("id")
                    + ","
                    + row.get("name")
                    + ","
                    + (row.has("supercategory") ? row.get("supercategory") : "null")
                    + "]"));
    return found;
  }

  private static List<String> keypointCategories(JsonNode made) {
    List<String> found = new ArrayList<>();
    made.get("keypoint_categories")
        .forEach(
            row ->
                found.add(
                    "["
                        + row.get("id")
                        + ","
                        + row.get("name")
                        + ","
                        + row.get("reflection_id")
                        + "]"));
    return found;
  }

  private static List<String> text(JsonNode rows) {
    List<String> found = new ArrayList<>();
    rows.forEach(row -> found.add(row.toString()));
    return found;
  }

  private static List<String> texts(JsonNode values) {
    List<String> found = new ArrayList<>();
    values.forEach(value -> found.add(value.asText()));
    return found;
  }

  private static List<String> secondOf(JsonNode pairs) {
    List<String> found = new ArrayList<>();
    pairs.forEach(pair -> found.add(pair.get(1).asText()));
    return found;
  }

  private static TreeSet<String> keys(JsonNode row) {
    TreeSet<String> names = new TreeSet<>();
    row.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<Integer> annotationsPerImage(JsonNode made) {
    Map<Integer, Integer> counts = new LinkedHashMap<>();
    made.get("images").forEach(image -> counts.put(image.get("id").asInt(), 0));
    made.get("annotations")
        .forEach(row -> counts.merge(row.get("image_id").asInt(), 1, Integer::sum));
    return List.copyOf(counts.values());
  }

  private static Map<Integer, List<Box>> boxes(JsonNode made) {
    Map<Integer, List<Box>> boxes = new HashMap<>();
    made.get("annotations")
        .forEach(
            row -> {
              JsonNode b = row.get("bbox");
              boxes
                  .computeIfAbsent(row.get("image_id").asInt(), id -> new ArrayList<>())
                  .add(
                      Box.ofXywh(
                          b.get(0).asDouble(),
                          b.get(1).asDouble(),
                          b.get(2).asDouble(),
                          b.get(3).asDouble()));
            });
    return boxes;
  }

  private static TreeSet<String> assetsBySensor(JsonNode made) {
    TreeSet<String> found = new TreeSet<>();
    made.get("images")
        .forEach(
            image -> {
              List<String> channels =
                  image.path("auxiliary").findValues("channels").stream()
                      .map(JsonNode::toString)
                      .toList();
              String main = image.path("channels").asText("");
              found.add(
                  "[\""
                      + image.path("sensor").asText("")
                      + "\",["
                      + String.join(",", channels)
                      + "],\""
                      + main
                      + "\"]");
            });
    return found;
  }

  /** Reads every file's header: it must be there, of the size the manifest says. */
  private TreeSet<String> dtypes(JsonNode made) {
    TreeSet<String> found = new TreeSet<>();
    try (HandlePool pool = new HandlePool(4)) {
      GdalFrameReader reader = new GdalFrameReader(pool);
      made.get("images")
          .forEach(
              image ->
                  image
                      .path("auxiliary")
                      .forEach(
                          asset -> {
                            FrameHeader header =
                                reader.header(
                                    directory
                                        .resolve("made")
                                        .resolve(asset.get("file_name").asText())
                                        .toString());
                            assertThat(header.width()).isEqualTo(asset.get("width").asInt());
                            assertThat(header.height()).isEqualTo(asset.get("height").asInt());
                            assertThat(header.bands())
                                .isEqualTo(Sensors.codes(asset.get("channels").asText()).size());
                            found.add(
                                header.dtype().numpyName() + " " + asset.get("channels").asText());
                          }));
    }
    return found;
  }

  private static void tracksKeepTheirCategory(JsonNode made) {
    Map<Integer, Integer> categoryOfTrack = new HashMap<>();
    made.get("annotations")
        .forEach(
            row -> {
              int category = row.get("category_id").asInt();
              assertThat(
                      categoryOfTrack.computeIfAbsent(row.get("track_id").asInt(), id -> category))
                  .isEqualTo(category);
            });
  }

  private static Map<String, String> files(Path bundle) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> found = Files.walk(bundle)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        contents.put(
            bundle.relativize(file).toString(),
            Arrays.hashCode(Files.readAllBytes(file)) + " " + Files.size(file));
      }
    }
    return contents;
  }
}
