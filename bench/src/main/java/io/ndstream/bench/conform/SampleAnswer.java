package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ndstream.v1.Affine;
import io.ndstream.v1.Annotations;
import io.ndstream.v1.NativeFrame;
import io.ndstream.v1.Pad;
import io.ndstream.v1.Sample;
import io.ndstream.v1.SampleParams;
import io.ndstream.v1.Slice;
import io.ndstream.v1.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An answer of LoadSample, written as the recorded cases write it. */
final class SampleAnswer {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Sample sample;

  SampleAnswer(Sample sample) {
    this.sample = sample;
  }

  JsonNode params() {
    SampleParams p = sample.getParams();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("offset", List.of(p.getOffsetX(), p.getOffsetY()));
    out.put("tf_rel_to_abs", matrix(p.getCanvasFromSample()));
    out.put("sample_tlbr", List.of(p.getLeft(), p.getTop(), p.getRight(), p.getBottom()));
    out.put(
        "st_dims", List.of(List.of(p.getTop(), p.getBottom()), List.of(p.getLeft(), p.getRight())));
    out.put("data_dims", p.getDataDimsList());
    out.put(
        "pad",
        p.hasPad() ? p.getPad().getAxesList().stream().map(SampleAnswer::axis).toList() : null);
    out.put("request_chanspec", p.hasRequestChanspec() ? p.getRequestChanspec() : null);
    out.put(
        "frame_sample_from_grid_warps",
        p.getSampleFromCanvasList().stream().map(SampleAnswer::matrix).toList());
    out.put(
        "jagged_meta", sample.getNativeFramesList().stream().map(SampleAnswer::jagged).toList());
    return MAPPER.valueToTree(out);
  }

  JsonNode target() {
    Target t = sample.getTarget();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("gid", t.hasImageId() ? t.getImageId() : null);
    out.put("vidid", t.hasVideoId() ? t.getVideoId() : null);
    out.put("gids", t.getImageIds().getIdsList());
    out.put("aid", t.hasAnnotationId() ? t.getAnnotationId() : null);
    out.put("cx", t.hasCx() ? t.getCx() : null);
    out.put("cy", t.hasCy() ? t.getCy() : null);
    out.put("width", t.hasWidth() ? t.getWidth() : null);
    out.put("height", t.hasHeight() ? t.getHeight() : null);
    out.put("category_id", t.hasCategoryId() ? t.getCategoryId() : null);
    out.put("window_dims", t.hasWindowDims() ? t.getWindowDims().getDimsList() : null);
    out.put(
        "space_slice",
        t.getSpaceSlice().getSlicesList().stream().map(SampleAnswer::slice).toList());
    out.put("slices", t.getSlices().getSlicesList().stream().map(SampleAnswer::slice).toList());
    out.put("time_slice", t.hasTimeSlice() ? slice(t.getTimeSlice()) : null);
    out.put("space_dims", sample.getParams().getSpaceDimsList());
    out.put("data_dims", sample.getParams().getDataDimsList());
    out.put("annot_idx", sample.getParams().getAnnotationIndex());
    return MAPPER.valueToTree(out);
  }

  private static Object axis(Pad.Axis a) {
    return a.getBefore() == a.getAfter() ? a.getBefore() : List.of(a.getBefore(), a.getAfter());
  }

  private static Object slice(Slice s) {
    Long start = s.hasStart() ? s.getStart() : null;
    Long stop = s.hasStop() ? s.getStop() : null;
    return s.hasStep() ? Arrays.asList(start, stop, s.getStep()) : Arrays.asList(start, stop);
  }

  private static Map<String, Object> jagged(NativeFrame frame) {
    return Map.of(
        "chans",
            frame.getPartsList().stream().map(p -> String.join("|", p.getChannelsList())).toList(),
        "align", frame.getPartsList().stream().map(p -> matrix(p.getAlign())).toList(),
        "grid_to_part_warps",
            frame.getPartsList().stream().map(p -> matrix(p.getPartFromGrid())).toList());
  }

  private static List<List<Double>> matrix(Affine a) {
    return List.of(
        List.of(a.getA11(), a.getA12(), a.getTx()),
        List.of(a.getA21(), a.getA22(), a.getTy()),
        List.of(0.0, 0.0, 1.0));
  }

  JsonNode annotations() {
    Annotations a = sample.getAnnotations();
    NdArray ids = NdArray.of(a.getIds());
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
    for (int i = 0; i < ids.size(); i++) {
      out.get("aids").add(ids.get(i));
      out.get("cids").add(NdArray.of(a.getCategoryIds()).get(i));
      out.get("rel_frame_index").add(NdArray.of(a.getFrames()).get(i));
      NdArray boxes = NdArray.of(a.getBoxes());
      out.get("rel_boxes")
          .add(
              List.of(
                  boxes.get(4 * i),
                  boxes.get(4 * i + 1),
                  boxes.get(4 * i + 2),
                  boxes.get(4 * i + 3)));
      out.get("visibility").add(NdArray.of(a.getVisibility()).get(i));
      out.get("rel_ssegs").add(a.hasPolygonOffsets() ? polygons(a, i) : null);
      out.get("rel_kpts").add(a.hasKeypointOffsets() ? keypoints(a, i) : null);
    }
    out.put("frame_dets", frames(ids, NdArray.of(a.getFrames())));
    return MAPPER.valueToTree(out);
  }

  private List<Object> frames(NdArray ids, NdArray frameOf) {
    Target t = sample.getTarget();
    List<Long> images = t.hasImageIds() ? t.getImageIds().getIdsList() : List.of(t.getImageId());
    List<Object> frames = new ArrayList<>();
    for (int f = 0; f < images.size(); f++) {
      List<Double> aids = new ArrayList<>();
      for (int i = 0; i < ids.size(); i++) {
        if (frameOf.get(i) == f) {
          aids.add(ids.get(i));
        }
      }
      frames.add(Map.of("gid", images.get(f), "rel_frame_index", f, "aids", aids));
    }
    return frames;
  }

  private static List<Object> polygons(Annotations a, int i) {
    NdArray of = NdArray.of(a.getPolygonOffsets());
    NdArray rings = NdArray.of(a.getRingOffsets());
    List<Object> polygons = new ArrayList<>();
    for (int p = (int) of.get(i); p < of.get(i + 1); p++) {
      List<Object> own = new ArrayList<>();
      for (int r = (int) rings.get(p); r < rings.get(p + 1); r++) {
        own.add(points(NdArray.of(a.getPointOffsets()), NdArray.of(a.getPoints()), r));
      }
      polygons.add(Map.of("exterior", own.get(0), "interiors", own.subList(1, own.size())));
    }
    return polygons.isEmpty() ? null : polygons;
  }

  private static List<Object> points(NdArray offsets, NdArray xy, int ring) {
    List<Object> points = new ArrayList<>();
    for (int p = (int) offsets.get(ring); p < offsets.get(ring + 1); p++) {
      points.add(List.of(xy.get(2 * p), xy.get(2 * p + 1)));
    }
    return points;
  }

  private static List<Object> keypoints(Annotations a, int i) {
    NdArray of = NdArray.of(a.getKeypointOffsets());
    NdArray xy = NdArray.of(a.getKeypoints());
    List<Object> points = new ArrayList<>();
    for (int k = (int) of.get(i); k < of.get(i + 1); k++) {
      Map<String, Object> point = new LinkedHashMap<>();
      point.put("xy", List.of(xy.get(2 * k), xy.get(2 * k + 1)));
      point.put("visible", NdArray.of(a.getKeypointVisibility()).get(k));
      int name = (int) NdArray.of(a.getKeypointClasses()).get(k);
      point.put("category", name < 0 ? null : a.getKeypointNames(name));
      points.add(point);
    }
    return points.isEmpty() ? null : points;
  }
}
