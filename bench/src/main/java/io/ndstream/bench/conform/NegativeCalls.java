package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Channel;
import io.ndstream.v1.Anchor;
import io.ndstream.v1.DatasetServiceGrpc;
import io.ndstream.v1.DrawNegativesRequest;
import io.ndstream.v1.DrawNegativesResponse;
import io.ndstream.v1.Image;
import io.ndstream.v1.ImageBox;
import io.ndstream.v1.ListImagesRequest;
import io.ndstream.v1.ListOverlapsRequest;
import io.ndstream.v1.NegativeMode;
import io.ndstream.v1.NegativeTable;
import io.ndstream.v1.RegionServiceGrpc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Random negatives: bit for bit for a seed, and their figures over many seeds. */
final class NegativeCalls {
  private static final double STANDARD_ERRORS = 4;

  private final RegionServiceGrpc.RegionServiceBlockingStub regions;
  private final DatasetServiceGrpc.DatasetServiceBlockingStub datasets;

  NegativeCalls(Channel channel) {
    regions = RegionServiceGrpc.newBlockingStub(channel);
    datasets = DatasetServiceGrpc.newBlockingStub(channel);
  }

  void addTo(Map<String, RegionsConform.Call> calls) {
    calls.put("negatives.random", this::random);
    calls.put("negatives.stats", this::stats);
  }

  private DrawNegativesResponse draw(JsonNode c, long seed) {
    JsonNode args = c.get("args");
    List<Long> size = new ArrayList<>(Json.longs(args.path("window_size")));
    Collections.reverse(size);
    String exact = args.path("exact").asText("true");
    DrawNegativesRequest.Builder request =
        DrawNegativesRequest.newBuilder()
            .setDataset(c.get("dataset").asText())
            .setCount(args.get("num").asLong())
            .addAllWindowDims(size)
            .setThresh(args.path("thresh").asDouble(0))
            .addAllImageIds(Json.longs(args.path("gids")))
            .setSeed(seed)
            .setMode(NegativeMode.NEGATIVE_MODE_REFERENCE)
            .setRequired(exact.equals("true"))
            .setSingleRound(exact.equals("false"));
    args.path("anchors")
        .forEach(
            a ->
                request.addAnchors(
                    Anchor.newBuilder()
                        .setWidth(a.get(0).asDouble())
                        .setHeight(a.get(1).asDouble())));
    return regions.drawNegatives(request.build());
  }

  private JsonNode random(JsonNode c) {
    NegativeTable table = draw(c, c.at("/args/seed").asLong()).getNegatives();
    ObjectNode answer = Json.object();
    answer.set("gids", Json.of(table.getImageIdsList()));
    answer.set("ltrb", Json.of(Json.rows(table.getBoxesList(), 4)));
    return answer;
  }

  /**
   * Checks by the rules given with the recording, and gives back nothing that is left to compare.
   */
  private JsonNode stats(JsonNode c) {
    JsonNode want = c.get("expect");
    int seeds = c.at("/args/n_seeds").asInt();
    double thresh = c.at("/args/thresh").asDouble(0);
    String dataset = c.get("dataset").asText();
    Map<Long, Image> images =
        datasets
            .listImages(ListImagesRequest.newBuilder().setDataset(dataset).build())
            .getImagesList()
            .stream()
            .collect(Collectors.toMap(Image::getId, i -> i));
    Map<Long, Integer> perImage = new TreeMap<>();
    double[] counts = new double[seeds];
    for (int seed = 0; seed < seeds; seed++) {
      NegativeTable table = draw(c, seed).getNegatives();
      counts[seed] = table.getImageIdsCount();
      table.getImageIdsList().forEach(id -> perImage.merge(id, 1, Integer::sum));
      inside(table, images);
      clear(dataset, table, thresh);
    }
    counts(want.get("count"), counts);
    double total = perImage.values().stream().mapToInt(n -> n).sum();
    want.get("share_by_gid")
        .properties()
        .forEach(
            f -> {
              double share = f.getValue().asDouble();
              double got = perImage.getOrDefault(Long.valueOf(f.getKey()), 0) / total;
              double error = STANDARD_ERRORS * Math.sqrt(share * (1 - share) / total) + 1e-9;
              require(
                  Math.abs(got - share) <= error,
                  "share of image "
                      + f.getKey()
                      + ": "
                      + got
                      + " (expected "
                      + share
                      + " ± "
                      + error
                      + ")");
            });
    return Json.object();
  }

  private static void counts(JsonNode want, double[] counts) {
    double mean = Arrays.stream(counts).average().orElse(0);
    double variance =
        Arrays.stream(counts).map(n -> (n - mean) * (n - mean)).sum() / Math.max(1, counts.length);
    double error =
        STANDARD_ERRORS
                * (want.get("sd").asDouble() + Math.sqrt(variance))
                / Math.sqrt(counts.length)
            + 1e-9;
    require(
        Math.abs(mean - want.get("mean").asDouble()) <= error,
        "mean count " + mean + " (expected " + want + ")");
  }

  private static void inside(NegativeTable table, Map<Long, Image> images) {
    for (int i = 0; i < table.getImageIdsCount(); i++) {
      Image image = images.get(table.getImageIds(i));
      List<Double> b = table.getBoxesList().subList(4 * i, 4 * i + 4);
      require(
          b.get(0) >= -1e-4
              && b.get(1) >= -1e-4
              && b.get(2) <= image.getWidth() + 1e-4
              && b.get(3) <= image.getHeight() + 1e-4,
          "outside the image: " + b);
    }
  }

  private void clear(String dataset, NegativeTable table, double thresh) {
    ListOverlapsRequest.Builder request =
        ListOverlapsRequest.newBuilder().setDataset(dataset).setWithIooas(true);
    for (int i = 0; i < table.getImageIdsCount(); i++) {
      request.addQueries(
          ImageBox.newBuilder()
              .setImageId(table.getImageIds(i))
              .setLeft(table.getBoxes(4 * i))
              .setTop(table.getBoxes(4 * i + 1))
              .setRight(table.getBoxes(4 * i + 2))
              .setBottom(table.getBoxes(4 * i + 3)));
    }
    regions
        .listOverlaps(request.build())
        .getOverlapsList()
        .forEach(
            o ->
                o.getIooasList()
                    .forEach(
                        share ->
                            require(
                                share < thresh,
                                "covers "
                                    + share
                                    + " of an annotation (expected below "
                                    + thresh
                                    + ")")));
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new AssertionError(problem);
    }
  }
}
