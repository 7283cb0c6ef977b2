package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Channel;
import io.ndstream.v1.ClassNames;
import io.ndstream.v1.ComputeSlidingWindowsRequest;
import io.ndstream.v1.ComputeSlidingWindowsResponse;
import io.ndstream.v1.CreateGridRequest;
import io.ndstream.v1.GridServiceGrpc;
import io.ndstream.v1.GridSpec;
import io.ndstream.v1.GridTask;
import io.ndstream.v1.GridWindow;
import io.ndstream.v1.ListGridIndexesRequest;
import io.ndstream.v1.StreamGridWindowsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Sliding windows and sample grids. */
final class GridCalls {
  private static final int MOST_INDEXES = 1_000_000;

  private final GridServiceGrpc.GridServiceBlockingStub grids;

  GridCalls(Channel channel) {
    grids = GridServiceGrpc.newBlockingStub(channel);
  }

  void addTo(Map<String, RegionsConform.Call> calls) {
    calls.put("slider.basis", this::slider);
    calls.put("image_grid.new", c -> grid(c, GridTask.GRID_TASK_IMAGE, false));
    calls.put("image_grid.union_repaired", c -> grid(c, GridTask.GRID_TASK_IMAGE, true));
    calls.put("video_grid.new", c -> grid(c, GridTask.GRID_TASK_VIDEO, false));
  }

  private JsonNode slider(JsonNode c) {
    JsonNode args = c.get("args");
    ComputeSlidingWindowsRequest.Builder request =
        ComputeSlidingWindowsRequest.newBuilder()
            .addAllShape(Json.longs(args.get("shape")))
            .addAllWindow(Json.longs(args.path("window")))
            .addAllOverlap(Json.doubles(args.path("overlap")))
            .setDropBound(!args.path("keepbound").asBoolean(true))
            .setRefuseOvershoot(!args.path("allow_overshoot").asBoolean(true));
    Json.doubles(args.path("stride")).forEach(stride -> request.addStride(stride.longValue()));
    ComputeSlidingWindowsResponse got = grids.computeSlidingWindows(request.build());
    ObjectNode answer = Json.object().put("total", got.getTotal());
    ArrayNode strides = answer.putArray("stride");
    ArrayNode shape = answer.putArray("basis_shape");
    ArrayNode basis = answer.putArray("basis");
    ArrayNode last = answer.putArray("last");
    for (var axis : got.getAxesList()) {
      strides.add(axis.getStride());
      shape.add(axis.getStartsCount());
      List<List<Long>> intervals =
          axis.getStartsList().stream().map(s -> List.of(s, s + axis.getSize())).toList();
      basis.add(Json.of(intervals));
      last.add(Json.of(intervals.get(intervals.size() - 1)));
    }
    return answer;
  }

  private JsonNode grid(JsonNode c, GridTask task, boolean union) {
    JsonNode args = c.get("args");
    GridSpec.Builder spec =
        GridSpec.newBuilder()
            .setDataset(c.get("dataset").asText())
            .setTask(task)
            .addAllOverlap(Json.doubles(args.path("window_overlap")))
            .addAllClassesOfInterest(Json.texts(args.path("classes_of_interest")))
            .setWithoutAnnotations(!args.path("use_annots").asBoolean(true))
            .setIgnoreUnion(union);
    if (args.path("window_dims").isArray()) {
      spec.addAllWindowDims(Json.longs(args.get("window_dims"))); // null becomes 0, the whole axis
    } else {
      spec.setFull(true);
    }
    if (args.has("ignore_coverage_thresh")) {
      spec.setIgnoreCoverageThresh(args.get("ignore_coverage_thresh").asDouble(0));
    }
    if (args.has("negative_classes")) {
      spec.setNegativeClasses(
          ClassNames.newBuilder().addAllNames(Json.texts(args.get("negative_classes"))));
    }
    String name =
        grids.createGrid(CreateGridRequest.newBuilder().setSpec(spec).build()).getGrid().getName();
    List<GridWindow> windows = new ArrayList<>();
    grids
        .streamGridWindows(StreamGridWindowsRequest.newBuilder().setGrid(name).build())
        .forEachRemaining(chunk -> windows.addAll(chunk.getWindowsList()));
    ObjectNode answer = Json.object();
    ArrayNode targets = answer.putArray("targets");
    windows.forEach(window -> targets.add(row(window, spec.getWithoutAnnotations())));
    answer.set("positives_indexes", indexes(name, true, true));
    answer.set("negatives_indexes", indexes(name, false, true));
    if (args.path("legacy").asBoolean(true)) {
      answer.set("positives", indexes(name, true, false));
      answer.set("negatives", indexes(name, false, false));
    }
    return answer;
  }

  private JsonNode indexes(String grid, boolean positive, boolean oneBased) {
    return Json.of(
        grids
            .listGridIndexes(
                ListGridIndexesRequest.newBuilder()
                    .setGrid(grid)
                    .setPositive(positive)
                    .setOneBased(oneBased)
                    .setPageSize(MOST_INDEXES)
                    .build())
            .getIndexesList());
  }

  private static JsonNode row(GridWindow w, boolean withoutAnnotations) {
    ArrayNode row = Json.array();
    if (w.hasImageId()) {
      row.add(w.getImageId());
    } else {
      row.add(w.getVideoId()).add(w.getTimeStart()).add(w.getTimeStop());
    }
    row.add(w.getYStart()).add(w.getYStop()).add(w.getXStart()).add(w.getXStop());
    if (!w.hasImageId()) {
      row.add(Json.of(w.getImageIdsList()));
    }
    return withoutAnnotations ? row.addNull() : row.add(Json.of(w.getAnnotationIdsList()));
  }
}
