package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Channel;
import io.ndstream.v1.Annotation;
import io.ndstream.v1.CheckNegativesRequest;
import io.ndstream.v1.DatasetServiceGrpc;
import io.ndstream.v1.ImageBox;
import io.ndstream.v1.ListAnchorsRequest;
import io.ndstream.v1.ListAnnotationsRequest;
import io.ndstream.v1.ListImagesRequest;
import io.ndstream.v1.ListOverlapsRequest;
import io.ndstream.v1.ListTargetsRequest;
import io.ndstream.v1.ListTargetsResponse;
import io.ndstream.v1.RegionServiceGrpc;
import io.ndstream.v1.SelectPositivesRequest;
import io.ndstream.v1.TargetTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Targets, overlaps, anchors and the selection of positives. */
final class RegionCalls {
  private static final int PAGE = 1000;

  private final RegionServiceGrpc.RegionServiceBlockingStub regions;
  private final DatasetServiceGrpc.DatasetServiceBlockingStub datasets;

  RegionCalls(Channel channel) {
    regions = RegionServiceGrpc.newBlockingStub(channel);
    datasets = DatasetServiceGrpc.newBlockingStub(channel);
  }

  void addTo(Map<String, RegionsConform.Call> calls) {
    calls.put("targets.table", this::targets);
    calls.put("isect.overlapping_aids", this::overlaps);
    calls.put("regions.overlapping_aids", this::overlaps);
    calls.put("isect.ious", this::overlaps);
    calls.put("isect.iooas", this::overlaps);
    calls.put("isect.support", this::support);
    calls.put("negatives.accept", this::accept);
    calls.put("negatives.anchors", this::anchors);
    calls.put("select_positives.scores", this::select);
    calls.put("select_positives.seed", this::select);
  }

  private JsonNode targets(JsonNode c) {
    ObjectNode table = Json.object();
    for (String column :
        List.of(
            "aid",
            "gid",
            "category_id",
            "cx",
            "cy",
            "width",
            "height",
            "img_width",
            "img_height")) {
      table.putArray(column);
    }
    String token = "";
    do {
      ListTargetsResponse page =
          regions.listTargets(
              ListTargetsRequest.newBuilder()
                  .setDataset(c.get("dataset").asText())
                  .setPageSize(PAGE)
                  .setPageToken(token)
                  .build());
      TargetTable t = page.getTargets();
      add(table, "aid", t.getAnnotationIdsList());
      add(table, "gid", t.getImageIdsList());
      add(table, "category_id", t.getCategoryIdsList());
      add(table, "cx", t.getCxList());
      add(table, "cy", t.getCyList());
      add(table, "width", t.getWidthList());
      add(table, "height", t.getHeightList());
      add(table, "img_width", t.getImageWidthsList());
      add(table, "img_height", t.getImageHeightsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return table;
  }

  private static void add(ObjectNode table, String column, List<?> values) {
    values.forEach(value -> ((ArrayNode) table.get(column)).add(Json.of(value)));
  }

  private static ImageBox box(JsonNode query) {
    return ImageBox.newBuilder()
        .setImageId(query.get(0).asLong())
        .setLeft(query.get(1).asDouble())
        .setTop(query.get(2).asDouble())
        .setRight(query.get(3).asDouble())
        .setBottom(query.get(4).asDouble())
        .build();
  }

  private JsonNode overlaps(JsonNode c) {
    boolean ious = c.get("call").asText().equals("isect.ious");
    boolean iooas = c.get("call").asText().equals("isect.iooas");
    ListOverlapsRequest.Builder request =
        ListOverlapsRequest.newBuilder()
            .setDataset(c.get("dataset").asText())
            .setVisibleThresh(c.at("/args/visible_thresh").asDouble())
            .setWithIous(ious)
            .setWithIooas(iooas);
    c.at("/args/queries").forEach(query -> request.addQueries(box(query)));
    ArrayNode answer = Json.array();
    for (var overlap : regions.listOverlaps(request.build()).getOverlapsList()) {
      JsonNode ids = Json.of(overlap.getAnnotationIdsList());
      answer.add(
          ious || iooas
              ? Json.array()
                  .add(ids)
                  .add(Json.of(ious ? overlap.getIousList() : overlap.getIooasList()))
              : ids);
    }
    return answer;
  }

  /** Boxes of each image in file order, which is that of the targets table. */
  private JsonNode support(JsonNode c) {
    List<Long> order = Json.longs(targets(c).get("aid"));
    ObjectNode answer = Json.object();
    String dataset = c.get("dataset").asText();
    for (var image :
        datasets
            .listImages(ListImagesRequest.newBuilder().setDataset(dataset).build())
            .getImagesList()) {
      List<Annotation> found =
          new ArrayList<>(
              datasets
                  .listAnnotations(
                      ListAnnotationsRequest.newBuilder()
                          .setDataset(dataset)
                          .setImageId(image.getId())
                          .setPageSize(PAGE)
                          .build())
                  .getAnnotationsList());
      found.sort(Comparator.comparing(a -> order.indexOf(a.getId())));
      ArrayNode boxes = answer.putArray(Long.toString(image.getId()));
      for (Annotation a : found) {
        List<Double> b = a.getBboxList();
        if (!b.isEmpty()) {
          boxes.add(Json.of(List.of(b.get(0), b.get(1), b.get(0) + b.get(2), b.get(1) + b.get(3))));
        }
      }
    }
    return answer;
  }

  private JsonNode accept(JsonNode c) {
    CheckNegativesRequest.Builder request =
        CheckNegativesRequest.newBuilder()
            .setDataset(c.get("dataset").asText())
            .setThresh(c.at("/args/thresh").asDouble());
    c.at("/args/candidates").forEach(candidate -> request.addCandidates(box(candidate)));
    return Json.of(regions.checkNegatives(request.build()).getAcceptedList());
  }

  private JsonNode anchors(JsonNode c) {
    List<List<Double>> sizes =
        regions
            .listAnchors(
                ListAnchorsRequest.newBuilder().setDataset(c.get("dataset").asText()).build())
            .getAnchorsList()
            .stream()
            .map(a -> List.of(a.getWidth(), a.getHeight()))
            .toList();
    Comparator<List<Double>> byValue =
        Comparator.<List<Double>>comparingDouble(a -> a.get(0)).thenComparingDouble(a -> a.get(1));
    ObjectNode answer = Json.object();
    answer.set("in_order", Json.of(sizes));
    answer.set("sorted", Json.of(sizes.stream().sorted(byValue).toList()));
    return answer;
  }

  private JsonNode select(JsonNode c) {
    JsonNode args = c.get("args");
    SelectPositivesRequest.Builder request =
        SelectPositivesRequest.newBuilder()
            .setDataset(c.get("dataset").asText())
            .addAllWindowDims(Json.longs(args.path("window_dims")))
            .setThresh(args.path("thresh").asDouble(0))
            .addAllScores(Json.doubles(args.path("scores")));
    if (args.has("seed")) {
      request.setSeed(args.get("seed").asLong());
    }
    return Json.of(regions.selectPositives(request.build()).getRowsList());
  }
}
