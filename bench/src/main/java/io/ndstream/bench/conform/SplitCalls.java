package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Channel;
import io.ndstream.v1.ComputeFoldsRequest;
import io.ndstream.v1.DatasetServiceGrpc;
import io.ndstream.v1.GetDatasetRequest;
import io.ndstream.v1.Image;
import io.ndstream.v1.ListImagesRequest;
import io.ndstream.v1.SplitDatasetRequest;
import io.ndstream.v1.SplitPart;
import io.ndstream.v1.SplitServiceGrpc;
import java.util.List;
import java.util.Map;

/** Folds and splits. */
final class SplitCalls {
  private final SplitServiceGrpc.SplitServiceBlockingStub splits;
  private final DatasetServiceGrpc.DatasetServiceBlockingStub datasets;

  SplitCalls(Channel channel) {
    splits = SplitServiceGrpc.newBlockingStub(channel);
    datasets = DatasetServiceGrpc.newBlockingStub(channel);
  }

  void addTo(Map<String, RegionsConform.Call> calls) {
    calls.put("kfold.split", this::folds);
    calls.put("split.train_vali_test", this::split);
    calls.put("split.coerce_datasets", this::coerce);
  }

  private JsonNode folds(JsonNode c) {
    JsonNode args = c.get("args");
    List<String> sorted = Json.texts(args.get("groups")).stream().sorted().distinct().toList();
    boolean named = args.get("groups").path(0).isTextual();
    ComputeFoldsRequest.Builder request =
        ComputeFoldsRequest.newBuilder().addAllLabels(Json.longs(args.get("y")));
    args.get("groups")
        .forEach(
            group -> request.addGroups(named ? sorted.indexOf(group.asText()) : group.asLong()));
    if (args.has("n_splits")) {
      request.setFolds(args.get("n_splits").asInt());
    }
    ObjectNode answer = Json.object();
    answer.set("test_fold", Json.of(splits.computeFolds(request.build()).getTestFoldList()));
    return answer;
  }

  private JsonNode split(JsonNode c) {
    ObjectNode answer = Json.object();
    for (SplitPart part :
        splits
            .splitDataset(
                SplitDatasetRequest.newBuilder()
                    .setDataset(c.get("dataset").asText())
                    .setFactor(c.at("/args/factor").asInt())
                    .build())
            .getPartsList()) {
      answer.set(part.getPart(), Json.of(part.getImageIdsList()));
    }
    return answer;
  }

  /** Parts given explicitly win over those cut from one data set. */
  private JsonNode coerce(JsonNode c) {
    JsonNode args = c.get("args");
    String dataset = c.get("dataset").asText();
    ObjectNode answer = Json.object();
    for (String part : List.of("train", "vali", "test")) {
      if (args.has(part + "_dataset")) {
        List<Long> ids =
            datasets
                .listImages(
                    ListImagesRequest.newBuilder().setDataset(dataset).setPageSize(1000).build())
                .getImagesList()
                .stream()
                .map(Image::getId)
                .sorted()
                .toList();
        long annotations =
            datasets
                .getDataset(GetDatasetRequest.newBuilder().setDataset(dataset).build())
                .getDataset()
                .getAnnotations();
        answer.set(part, part(dataset, ids, annotations));
      }
    }
    if (answer.isEmpty()) {
      SplitDatasetRequest request =
          SplitDatasetRequest.newBuilder()
              .setDataset(dataset)
              .setFactor(args.path("split_factor").asInt(0))
              .setNoTest(args.path("no_test").asBoolean())
              .build();
      for (SplitPart part : splits.splitDataset(request).getPartsList()) {
        answer.set(
            part.getPart(), part(part.getName(), part.getImageIdsList(), part.getAnnotations()));
      }
    }
    return answer;
  }

  private static JsonNode part(String tag, List<Long> ids, long annotations) {
    ObjectNode part = Json.object().put("tag", tag).put("n_annots", annotations);
    part.set("gids", Json.of(ids));
    return part;
  }
}
