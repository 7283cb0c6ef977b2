package io.ndstream.annot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.ndstream.Oracle;
import io.ndstream.coco.Annotations;
import io.ndstream.coco.CategoryTree;
import io.ndstream.coco.ColumnDataset;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.coco.Segmentation;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnnotatorTest {
  private final Map<String, Dataset> open = new HashMap<>();
  private final Annotator annotator = new Annotator();

  @AfterEach
  void close() {
    open.values().forEach(Dataset::close);
  }

  /**
   * Boxes, polygons and keypoints of the reference, given its windows and maps, for all samples
   * that were recorded.
   */
  @Test
  void annotatesAsRecorded() {
    int compared = 0;
    for (JsonNode recorded : Oracle.lines("load_sample/cases.jsonl")) {
      JsonNode expect = recorded.get("expect");
      if (expect.has("annots")
          && expect.has("params")
          && !recorded.at("/fixed/annots").isObject()) {
        compare(recorded, expect);
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(150);
  }

  private void compare(JsonNode recorded, JsonNode expect) {
    Dataset dataset = open(recorded.get("dataset").asText());
    String id = recorded.get("id").asText();
    JsonNode wanted = expect.get("annots");
    AnnotationColumns into = new AnnotationColumns();
    AnnotationOptions options = options(recorded.get("kwargs"));
    into.reset(true, true, List.of());
    into.beginSample();
    for (JsonNode frame : wanted.get("frame_dets")) {
      Image image = dataset.images().get(dataset.imageRowOfId(frame.get("gid").asLong()));
      FrameView view =
          view(recorded, expect.get("params"), frame.get("rel_frame_index").asInt(), image);
      int[] rows =
          rows(recorded, dataset, dataset.imageRowOfId(frame.get("gid").asLong()), view.lookup());
      annotator.append(dataset.annotations(), rows, view, options, into);
    }
    assertThat(into.ids().toArray()).as(id).isEqualTo(longs(wanted.get("aids")));
    assertThat(into.categoryIds().toArray()).as(id).isEqualTo(longs(wanted.get("cids")));
    for (int k = 0; k < into.size(); k++) {
      assertThat(into.frames().get(k)).isEqualTo(wanted.get("rel_frame_index").get(k).asInt());
      assertThat(into.visibility().get(k))
          .as(id)
          .isCloseTo(wanted.get("visibility").get(k).asDouble(), within(1e-6));
      for (int i = 0; i < 4; i++) {
        double value = wanted.get("rel_boxes").get(k).get(i).asDouble();
        assertThat(into.boxes().get(4 * k + i))
            .as("%s box %d", id, k)
            .isCloseTo(value, within(1e-4));
      }
      assertThat(polygons(into, k))
          .as("%s shape %d", id, k)
          .isEqualTo(wantedPolygons(wanted.get("rel_ssegs").get(k)));
      assertThat(keypoints(into, k))
          .as("%s keypoints %d", id, k)
          .isEqualTo(wantedKeypoints(wanted.get("rel_kpts").get(k)));
    }
  }

  private static AnnotationOptions options(JsonNode arguments) {
    JsonNode asked = arguments.path("with_annots");
    String parts =
        asked.isMissingNode() || asked.asText().equals("true")
            ? "segmentation keypoints"
            : asked.toString();
    double thresh =
        arguments.path("annot_ids").isArray() ? 0 : arguments.path("visible_thresh").asDouble(0);
    return new AnnotationOptions(
        parts.contains("segmentation"),
        parts.contains("keypoints"),
        thresh,
        false,
        MaskOptions.NONE);
  }

  private static int[] rows(JsonNode recorded, Dataset dataset, int imageRow, Box lookup) {
    Annotations annotations = dataset.annotations();
    JsonNode chosen = recorded.at("/kwargs/annot_ids");
    List<Integer> rows = new ArrayList<>();
    if (chosen.isArray()) {
      chosen.forEach(id -> rows.add(annotations.rowOfId(id.asLong())));
      rows.removeIf(row -> annotations.image(row) != imageRow);
    } else {
      for (int row : annotations.ofImage(imageRow)) {
        double right = annotations.x(row) + annotations.width(row);
        double bottom = annotations.y(row) + annotations.height(row);
        if (annotations.x(row) <= lookup.right()
            && right >= lookup.left()
            && annotations.y(row) <= lookup.bottom()
            && bottom >= lookup.top()) {
          rows.add(row);
        }
      }
    }
    return rows.stream().mapToInt(row -> row).toArray();
  }

  private static FrameView view(JsonNode recorded, JsonNode params, int frame, Image image) {
    JsonNode t = params.get("sample_tlbr");
    Box window =
        new Box(t.get(0).asDouble(), t.get(1).asDouble(), t.get(2).asDouble(), t.get(3).asDouble());
    JsonNode scale = recorded.path("target").path("scale");
    double sx = scale.isArray() ? scale.get(0).asDouble() : scale.asDouble(1);
    double sy = scale.isArray() ? scale.get(1).asDouble() : sx;
    Affine shift =
        Affine.translate(
            params.get("offset").get(0).asDouble(), params.get("offset").get(1).asDouble());
    Affine fromCanvas = Affine.scale(sx, sy).after(shift);
    JsonNode warps = params.path("frame_sample_from_grid_warps");
    boolean inVideo = image.video() >= 0 && warps.isArray();
    if (inVideo && warps.path(frame).isArray()) {
      fromCanvas = affine(warps.get(frame));
    }
    Affine videoFromImage = inVideo ? image.videoFromImage() : Affine.IDENTITY;
    Box lookup = inVideo ? videoFromImage.inverse().bounds(window).roundOut() : window;
    Box canvas = new Box(0, 0, image.width(), image.height());
    return new FrameView(frame, canvas, lookup, fromCanvas.after(videoFromImage), 1, 1);
  }

  private static Affine affine(JsonNode m) {
    return new Affine(
        m.get(0).get(0).asDouble(),
        m.get(0).get(1).asDouble(),
        m.get(0).get(2).asDouble(),
        m.get(1).get(0).asDouble(),
        m.get(1).get(1).asDouble(),
        m.get(1).get(2).asDouble());
  }

  private static TreeSet<String> polygons(AnnotationColumns from, int annotation) {
    TreeSet<String> found = new TreeSet<>();
    for (int polygon = from.polygons().start(annotation);
        polygon < from.polygons().end(annotation);
        polygon++) {
      int exterior = from.rings().start(polygon);
      TreeSet<String> holes = new TreeSet<>();
      for (int ring = exterior + 1; ring < from.rings().end(polygon); ring++) {
        holes.add(ring(from, ring));
      }
      found.add(ring(from, exterior) + holes);
    }
    return found;
  }

  private static String ring(AnnotationColumns from, int ring) {
    TreeSet<String> vertices = new TreeSet<>();
    for (int p = from.points().start(ring); p < from.points().end(ring); p++) {
      vertices.add(rounded(from.xy().get(2 * p)) + " " + rounded(from.xy().get(2 * p + 1)));
    }
    return vertices.toString();
  }

  private static TreeSet<String> wantedPolygons(JsonNode polygons) {
    TreeSet<String> wanted = new TreeSet<>();
    polygons.forEach(
        polygon -> {
          TreeSet<String> holes = new TreeSet<>();
          polygon.get("interiors").forEach(ring -> holes.add(wantedRing(ring)));
          wanted.add(wantedRing(polygon.get("exterior")) + holes);
        });
    return wanted;
  }

  private static String wantedRing(JsonNode ring) {
    TreeSet<String> vertices = new TreeSet<>();
    ring.forEach(
        point ->
            vertices.add(
                rounded(point.get(0).asDouble()) + " " + rounded(point.get(1).asDouble())));
    return vertices.toString();
  }

  private static List<String> keypoints(AnnotationColumns from, int annotation) {
    List<String> found = new ArrayList<>();
    for (int k = from.keypoints().start(annotation); k < from.keypoints().end(annotation); k++) {
      int named = from.keypointClasses().get(k);
      found.add(
          rounded(from.keypointXy().get(2 * k))
              + " "
              + rounded(from.keypointXy().get(2 * k + 1))
              + " "
              + from.keypointVisibility().get(k)
              + " "
              + (named < 0 ? "null" : from.keypointNames().get(named)));
    }
    return found;
  }

  private static List<String> wantedKeypoints(JsonNode points) {
    List<String> wanted = new ArrayList<>();
    points.forEach(
        point ->
            wanted.add(
                rounded(point.get("xy").get(0).asDouble())
                    + " "
                    + rounded(point.get("xy").get(1).asDouble())
                    + " "
                    + point.get("visible")
                    + " "
                    + point.get("category").asText()));
    return wanted;
  }

  /**
   * To a tenth: the recorded numbers have few digits, and those on a boundary of hundredths would
   * fall either way.
   */
  private static String rounded(double value) {
    return String.valueOf(Math.round((value + 0.0321) * 10));
  }

  private static long[] longs(JsonNode values) {
    long[] all = new long[values.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = values.get(i).asLong();
    }
    return all;
  }

  /** Three boxes side by side that overlap in pairs, asked for in another order than their ids'. */
  @Test
  void laterIdsAreOnTopUnlessPrioritiesSayOtherwise() {
    ColumnDataset dataset =
        new ColumnDataset()
            .category(10, "a")
            .category(20, "b")
            .category(30, "c")
            .image(1, 8, 1)
            .annotation(1, 1, 10, 0, 0, 4, 1)
            .annotation(2, 1, 20, 2, 0, 4, 1)
            .annotation(3, 1, 30, 4, 0, 3, 1);
    int[] backwards = {2, 1, 0};
    Labels plain = paint(dataset, backwards, Affine.IDENTITY, 8, masks(List.of(), List.of()));
    assertThat(plain.classes().array()).containsExactly(0, 0, 1, 1, 2, 2, 2, -1);
    assertThat(plain.instances().array()).containsExactly(3, 3, 2, 2, 1, 1, 1, 0);
    Labels ranked =
        paint(dataset, backwards, Affine.IDENTITY, 8, masks(List.of(), List.of(20L, 10L)));
    assertThat(ranked.classes().array()).containsExactly(0, 0, 0, 0, 1, 1, 2, -1);
    Labels ignoring = paint(dataset, backwards, Affine.IDENTITY, 8, masks(List.of(20L), List.of()));
    assertThat(ignoring.classes().array()).containsExactly(0, 0, -2, -2, 2, 2, 2, -1);
    assertThat(ignoring.instances().array()).isEqualTo(plain.instances().array());
  }

  @Test
  void whatLiesOutsideTheImageIsIgnored() {
    ColumnDataset dataset =
        new ColumnDataset().category(10, "a").image(1, 4, 1).annotation(1, 1, 10, -2, 0, 4, 1);
    Labels labels =
        paint(dataset, new int[] {0}, Affine.translate(2, 0), 8, masks(List.of(), List.of()));
    assertThat(labels.classes().array()).containsExactly(-2, -2, 0, 0, -1, -1, -2, -2);
    assertThat(labels.instances().array()).containsExactly(0, 0, 1, 1, 0, 0, 0, 0);
  }

  /** Traced polygons are half a pixel too small all round; labels take the mask. */
  @Test
  void runLengthsArePaintedThemselves() {
    Dataset dataset = open("segs");
    int row = dataset.annotations().rowOfId(1);
    Mask mask = Mask.of((Segmentation.Rle) dataset.annotations().segmentation(row));
    Labels labels =
        paint(dataset, new int[] {row}, Affine.IDENTITY, 96, masks(List.of(), List.of()));
    for (int i = 0; i < labels.instances().capacity(); i++) {
      assertThat(labels.instances().get(i) == 1).isEqualTo(mask.isSet(i % 96, i / 96));
    }
  }

  private static MaskOptions masks(List<Long> ignored, List<Long> priorities) {
    return new MaskOptions(true, true, -1, -2, ignored, priorities);
  }

  private Labels paint(
      Dataset dataset, int[] rows, Affine sampleFromImage, int width, MaskOptions masks) {
    Image image = dataset.images().get(0);
    Box canvas = new Box(0, 0, image.width(), image.height());
    FrameView view = new FrameView(0, canvas, canvas, sampleFromImage, width, image.height());
    int cells = width * image.height();
    Labels labels =
        new Labels(IntBuffer.allocate(cells), IntBuffer.allocate(cells), width, image.height());
    AnnotationColumns into = new AnnotationColumns();
    into.beginSample();
    annotator.append(
        dataset.annotations(),
        rows,
        view,
        new AnnotationOptions(false, false, 0, true, masks),
        into);
    annotator.paint(view, Palette.of(CategoryTree.of(dataset.categories()), masks), labels);
    return labels;
  }

  @Test
  void clipsBoxesAndPolygons() {
    Dataset dataset = open("segs");
    FrameView view =
        new FrameView(0, new Box(0, 0, 96, 80), new Box(0, 0, 50, 70), Affine.IDENTITY, 50, 70);
    AnnotationColumns into = new AnnotationColumns();
    into.reset(true, false, List.of());
    into.beginSample();
    annotator.append(
        dataset.annotations(),
        dataset.annotations().ofImage(dataset.imageRowOfId(1)),
        view,
        new AnnotationOptions(true, false, 0.01, true, MaskOptions.NONE),
        into);
    assertThat(into.size()).isPositive();
    for (int p = 0; p < into.points().children(); p++) {
      assertThat(into.xy().get(2 * p)).isBetween(0.0, 50.0);
      assertThat(into.xy().get(2 * p + 1)).isBetween(0.0, 70.0);
    }
    for (int k = 0; k < into.size(); k++) {
      assertThat(into.boxes().get(4 * k)).isBetween(0.0, 50.0);
      assertThat(into.boxes().get(4 * k) + into.boxes().get(4 * k + 2)).isBetween(0.0, 50.0);
    }
  }

  @Test
  void refusesRunLengthsOfAnotherSize() {
    Dataset dataset = open("segs");
    FrameView view =
        new FrameView(0, new Box(0, 0, 90, 80), new Box(0, 0, 90, 80), Affine.IDENTITY, 90, 80);
    AnnotationColumns into = new AnnotationColumns();
    into.beginSample();
    int[] rows = {dataset.annotations().rowOfId(1)};
    assertThatThrownBy(
            () -> annotator.append(dataset.annotations(), rows, view, AnnotationOptions.ALL, into))
        .isInstanceOfSatisfying(
            LoaderException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_MANIFEST));
  }

  private Dataset open(String name) {
    return open.computeIfAbsent(
        name, key -> Manifests.open(Oracle.manifest(key), OpenOptions.serving()));
  }
}
