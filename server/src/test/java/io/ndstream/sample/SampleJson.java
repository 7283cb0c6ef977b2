package io.ndstream.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ndstream.annot.AnnotationColumns;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A sample as the recorded cases write it. */
final class SampleJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final ResolvedSample sample;
  private final AnnotationColumns columns;

  SampleJson(ResolvedSample sample, AnnotationColumns columns) {
    this.sample = sample;
    this.columns = columns;
  }

  JsonNode params() {
    SampleParams p = sample.params();
    Window w = p.window();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("offset", List.of(-w.x(), -w.y()));
    out.put("tf_rel_to_abs", matrix(p.canvasFromSample()));
    out.put("sample_tlbr", List.of(w.x(), w.y(), w.right(), w.bottom()));
    out.put("st_dims", List.of(List.of(w.y(), w.bottom()), List.of(w.x(), w.right())));
    out.put("data_dims", p.dataDims());
    out.put("pad", p.pad() == null ? null : p.pad().axes().stream().map(SampleJson::axis).toList());
    out.put("request_chanspec", p.requestChanspec());
    out.put(
        "frame_sample_from_grid_warps",
        p.sampleFromCanvas().stream().map(SampleJson::matrix).toList());
    out.put("jagged_meta", sample.nativeFrames().stream().map(SampleJson::jagged).toList());
    return MAPPER.valueToTree(out);
  }

  private static Object axis(Pad.Axis a) {
    return a.before() == a.after() ? a.before() : List.of(a.before(), a.after());
  }

  private static Map<String, Object> jagged(List<NativePart> parts) {
    return Map.of(
        "chans", parts.stream().map(p -> String.join("|", p.channels())).toList(),
        "align", parts.stream().map(p -> matrix(p.align())).toList(),
        "grid_to_part_warps", parts.stream().map(p -> matrix(p.partFromGrid())).toList());
  }

  private static List<List<Double>> matrix(Affine a) {
    return List.of(
        List.of(a.a11(), a.a12(), a.tx()),
        List.of(a.a21(), a.a22(), a.ty()),
        List.of(0.0, 0.0, 1.0));
  }

  JsonNode target() {
    TargetSpec t = sample.target();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("gid", t.imageId());
    out.put("vidid", t.videoId());
    out.put("gids", t.imageIds());
    out.put("aid", t.annotationId());
    out.put("cx", t.cx());
    out.put("cy", t.cy());
    out.put("width", t.width());
    out.put("height", t.height());
    out.put("category_id", t.categoryId());
    out.put("window_dims", t.windowDims() == null ? null : t.windowDims().dims());
    out.put("space_slice", slices(t.spaceSlice()));
    out.put("slices", slices(t.slices()));
    out.put("time_slice", t.timeSlice() == null ? null : slice(t.timeSlice()));
    out.put("space_dims", sample.params().spaceDims());
    out.put("data_dims", sample.params().dataDims());
    int annotation = -1;
    for (int i = 0; i < columns.size() && t.annotationId() != null && annotation < 0; i++) {
      annotation = columns.ids().get(i) == t.annotationId() ? i : -1;
    }
    out.put("annot_idx", annotation);
    return MAPPER.valueToTree(out);
  }

  private static List<Object> slices(List<Slice> slices) {
    return slices.stream().map(SampleJson::slice).toList();
  }

  private static Object slice(Slice s) {
    return s.step() == null
        ? Arrays.asList(s.start(), s.stop())
        : Arrays.asList(s.start(), s.stop(), s.step());
  }

  JsonNode annotations() {
    Map<String, List<Object>> out = new LinkedHashMap<>();
    for (String key :
        List.of(
            "aids",
            "cids",
            "rel_frame_index",
            "rel_boxes",
            "visibility",
            "rel_ssegs",
            "rel_kpts")) {
      out.put(key, new ArrayList<>());
    }
    for (int i = 0; i < columns.size(); i++) {
      out.get("aids").add(columns.ids().get(i));
      out.get("cids").add(columns.categoryIds().get(i));
      out.get("rel_frame_index").add(columns.frames().get(i));
      out.get("rel_boxes")
          .add(
              List.of(
                  columns.boxes().get(4 * i),
                  columns.boxes().get(4 * i + 1),
                  columns.boxes().get(4 * i + 2),
                  columns.boxes().get(4 * i + 3)));
      out.get("visibility").add(columns.visibility().get(i));
      out.get("rel_ssegs").add(columns.hasPolygons() ? polygons(i) : null);
      out.get("rel_kpts").add(columns.hasKeypoints() ? keypoints(i) : null);
    }
    out.put("frame_dets", frames());
    return MAPPER.valueToTree(out);
  }

  private List<Object> frames() {
    List<Object> frames = new ArrayList<>();
    for (int t = 0; t < sample.frameCount(); t++) {
      List<Long> aids = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        if (columns.frames().get(i) == t) {
          aids.add(columns.ids().get(i));
        }
      }
      TargetSpec target = sample.target();
      long gid = sample.isVideo() ? target.imageIds().get(t) : target.imageId();
      frames.add(Map.of("gid", gid, "rel_frame_index", t, "aids", aids));
    }
    return frames;
  }

  private List<Object> polygons(int i) {
    List<Object> polygons = new ArrayList<>();
    for (int p = columns.polygons().start(i); p < columns.polygons().end(i); p++) {
      List<Object> rings = new ArrayList<>();
      for (int r = columns.rings().start(p); r < columns.rings().end(p); r++) {
        rings.add(ring(r));
      }
      polygons.add(Map.of("exterior", rings.get(0), "interiors", rings.subList(1, rings.size())));
    }
    return polygons.isEmpty() ? null : polygons;
  }

  private List<Object> ring(int r) {
    List<Object> points = new ArrayList<>();
    for (int p = columns.points().start(r); p < columns.points().end(r); p++) {
      points.add(List.of(columns.xy().get(2 * p), columns.xy().get(2 * p + 1)));
    }
    return points;
  }

  private List<Object> keypoints(int i) {
    List<Object> points = new ArrayList<>();
    for (int k = columns.keypoints().start(i); k < columns.keypoints().end(i); k++) {
      Map<String, Object> point = new LinkedHashMap<>();
      point.put(
          "xy", List.of(columns.keypointXy().get(2 * k), columns.keypointXy().get(2 * k + 1)));
      point.put("visible", columns.keypointVisibility().get(k));
      int name = columns.keypointClasses().get(k);
      point.put("category", name < 0 ? null : columns.keypointNames().get(name));
      points.add(point);
    }
    return points.isEmpty() ? null : points;
  }
}
