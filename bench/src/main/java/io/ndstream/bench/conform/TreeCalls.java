package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Channel;
import io.ndstream.v1.BuildCategoryTreeRequest;
import io.ndstream.v1.CategoryGraph;
import io.ndstream.v1.CategoryNode;
import io.ndstream.v1.CategoryRows;
import io.ndstream.v1.CategoryServiceGrpc;
import io.ndstream.v1.CategoryTree;
import io.ndstream.v1.CategoryTreeSource;
import io.ndstream.v1.ComputeClassProbabilitiesRequest;
import io.ndstream.v1.DecideClassesRequest;
import io.ndstream.v1.DecideClassesResponse;
import io.ndstream.v1.DeriveCategoryTreeRequest;
import io.ndstream.v1.FlatNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** Category trees, probabilities and decisions. */
final class TreeCalls {
  /** A criterion the API does not have. */
  private static final int UNKNOWN_CRITERION = 99;

  private final CategoryServiceGrpc.CategoryServiceBlockingStub categories;

  TreeCalls(Channel channel) {
    categories = CategoryServiceGrpc.newBlockingStub(channel);
  }

  void addTo(Map<String, RegionsConform.Call> calls) {
    calls.put("category_tree.build", c -> describe(build(source(c.get("args")))));
    calls.put("category_tree.subgraph", this::derive);
    calls.put("category_tree.take", this::derive);
    calls.put("category_tree.normalize", this::derive);
    calls.put(
        "category_tree.json_roundtrip",
        c ->
            describe(
                build(
                    CategoryTreeSource.newBuilder()
                        .setSerializedAsReference(build(source(c.get("args"))).getSerialized())
                        .build())));
    calls.put("category_tree.softmax", this::softmax);
    calls.put("category_tree.decision", this::decide);
    calls.put(
        "regions.background_class_id",
        c -> Json.of(build(rows(c.at("/args/categories"), true)).getBackgroundClassId()));
  }

  private CategoryTree build(CategoryTreeSource source) {
    return categories
        .buildCategoryTree(BuildCategoryTreeRequest.newBuilder().setSource(source).build())
        .getTree();
  }

  /** What is no source of a tree stays empty, and the server refuses it. */
  private static CategoryTreeSource source(JsonNode args) {
    CategoryTreeSource.Builder source = CategoryTreeSource.newBuilder();
    if (args.has("from_mutex")) {
      return source
          .setNames(names(args.get("from_mutex"), !args.path("bg_hack").asBoolean(true)))
          .build();
    }
    if (args.has("dataset_categories")) {
      return rows(args.get("dataset_categories"), true);
    }
    if (args.has("dict_of_lists")) {
      CategoryGraph.Builder graph = CategoryGraph.newBuilder();
      args.get("dict_of_lists")
          .properties()
          .forEach(
              f ->
                  graph
                      .addNodesBuilder()
                      .setName(f.getKey())
                      .addAllChildren(Json.texts(f.getValue())));
      return source.setGraph(graph).build();
    }
    JsonNode from = args.path("coerce");
    if (from.isInt()) {
      return source.setCount(from.asInt()).build();
    }
    if (!from.isArray()) {
      return source.build();
    }
    return from.path(0).isObject()
        ? rows(from, false)
        : source.setNames(names(from, false)).build();
  }

  private static FlatNames names(JsonNode names, boolean plainIds) {
    return FlatNames.newBuilder().addAllNames(Json.texts(names)).setPlainIds(plainIds).build();
  }

  private static CategoryTreeSource rows(JsonNode rows, boolean allowSelf) {
    CategoryRows.Builder message = CategoryRows.newBuilder().setAllowSelf(allowSelf);
    rows.forEach(row -> message.addJson(row.toString()));
    return CategoryTreeSource.newBuilder().setRows(message).build();
  }

  private JsonNode derive(JsonNode c) {
    JsonNode args = c.get("args");
    DeriveCategoryTreeRequest.Builder request =
        DeriveCategoryTreeRequest.newBuilder()
            .setSource(source(args))
            .addAllNodes(Json.texts(args.path("nodes")))
            .addAllIndexes(Json.ints(args.path("indexes")))
            .setNormalize(c.get("call").asText().endsWith("normalize"))
            .setWithoutClosure(args.has("closure") && !args.get("closure").asBoolean());
    return describe(categories.deriveCategoryTree(request.build()).getTree());
  }

  private static JsonNode describe(CategoryTree tree) {
    ObjectNode answer = Json.object();
    int n = tree.getNodesCount();
    List<CategoryNode> nodes = tree.getNodesList();
    JsonNode serialized = Json.parse(tree.getSerialized());
    answer.set("idx_to_node", Json.of(nodes.stream().map(CategoryNode::getName).toList()));
    answer.set("idx_to_id", Json.of(nodes.stream().map(CategoryNode::getId).toList()));
    ObjectNode ids = answer.putObject("node_to_id");
    nodes.forEach(node -> ids.put(node.getName(), node.getId()));
    answer.set("id_to_node", serialized.get("id_to_node"));
    answer.set("nested", serialized.get("graph"));
    answer.set(
        "idx_groups", Json.of(tree.getGroupsList().stream().map(g -> g.getIndexesList()).toList()));
    answer.put("is_mutex", tree.getFlat()).put("num_classes", n);
    answer.put("max_depth", tree.getMaxDepth()).put("max_breadth", tree.getMaxBreadth());
    ObjectNode ancestors = answer.putObject("ancestors");
    ObjectNode withSelf = answer.putObject("ancestors_with_self");
    ObjectNode descendants = answer.putObject("descendants");
    for (int i = 0; i < n; i++) {
      int self = i;
      ancestors.set("" + i, Json.of(nodes.get(i).getAncestorsList()));
      withSelf.set(
          "" + i,
          Json.of(
              Stream.concat(Stream.of(self), nodes.get(i).getAncestorsList().stream())
                  .sorted()
                  .toList()));
      descendants.set("" + i, Json.of(nodes.get(i).getDescendantsList()));
    }
    answer.set(
        "pairwise_distance", Json.of(n == 0 ? List.of() : Json.rows(tree.getDistancesList(), n)));
    if (nodes.stream().allMatch(node -> node.getParentsCount() <= 1)) {
      ArrayNode rows = answer.putArray("to_coco");
      tree.getCocoRowsList().forEach(row -> rows.add(Json.parse(row)));
    }
    return answer;
  }

  private JsonNode softmax(JsonNode c) {
    JsonNode energies = c.at("/args/energy");
    ComputeClassProbabilitiesRequest.Builder request =
        ComputeClassProbabilitiesRequest.newBuilder().setSource(source(c.get("args")));
    energies.forEach(row -> request.addAllEnergies(Json.doubles(row)));
    int classes = energies.get(0).size();
    var got = categories.computeClassProbabilities(request.build());
    ObjectNode answer = Json.object();
    answer.set("conditional_log_softmax", Json.of(Json.rows(got.getConditionalList(), classes)));
    answer.set("source_log_softmax", Json.of(Json.rows(got.getFromRootsList(), classes)));
    answer.set("sink_log_softmax", Json.of(Json.rows(got.getFromLeavesList(), classes)));
    answer.set(
        "hierarchical_softmax",
        Json.of(Json.rows(got.getFromRootsList().stream().map(Math::exp).toList(), classes)));
    return answer;
  }

  /**
   * A case that records the mixing up of rows passes if rows together give what they give one by
   * one.
   */
  private JsonNode decide(JsonNode c) {
    JsonNode probabilities = c.at("/args/class_probs");
    List<JsonNode> rows = new ArrayList<>();
    probabilities.forEach(rows::add);
    DecideClassesResponse together = decide(c, rows);
    if (c.get("level").asText().equals("quirk")) {
      ToIntFunction<JsonNode> alone = row -> decide(c, List.of(row)).getIndexes(0);
      List<Integer> single = rows.stream().map(alone::applyAsInt).toList();
      if (!single.equals(together.getIndexesList())) {
        throw new AssertionError(
            "rows together "
                + together.getIndexesList()
                + " (expected as one by one "
                + single
                + ")");
      }
      return Json.object();
    }
    ObjectNode answer = Json.object();
    answer.set("pred_idxs", Json.of(together.getIndexesList()));
    answer.set("pred_conf", Json.of(together.getConfidencesList()));
    return answer;
  }

  private DecideClassesResponse decide(JsonNode c, List<JsonNode> rows) {
    JsonNode args = c.get("args");
    int criterion =
        switch (args.path("criterion").asText("gini")) {
          case "gini" -> 1;
          case "entropy" -> 2;
          case "prob" -> 3;
          default -> UNKNOWN_CRITERION;
        };
    DecideClassesRequest.Builder request =
        DecideClassesRequest.newBuilder()
            .setSource(source(args))
            .setCriterionValue(criterion)
            .addAllIgnoreIndexes(Json.ints(args.path("ignore_class_idxs")))
            .addAllAlwaysRefineIndexes(Json.ints(args.path("always_refine_idxs")));
    if (args.path("thresh").isNumber()) {
      request.setThresh(args.get("thresh").asDouble());
    }
    rows.forEach(row -> request.addAllProbabilities(Json.doubles(row)));
    return categories.decideClasses(request.build());
  }
}
