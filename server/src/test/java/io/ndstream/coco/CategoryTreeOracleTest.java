package io.ndstream.coco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ndstream.Oracle;
import io.ndstream.error.LoaderException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Recorded category trees, probabilities and decisions of the Python library. */
class CategoryTreeOracleTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> everyRecordedCaseAgrees() {
    return Oracle.lines("regions/cases.jsonl").stream()
        .filter(
            c ->
                c.get("call").asText().startsWith("category_tree.")
                    && c.get("level").asText().equals("exact"))
        .map(c -> DynamicTest.dynamicTest(c.get("id").asText(), () -> check(c)));
  }

  private static void check(JsonNode c) throws JsonProcessingException {
    if (c.has("expect_error")) {
      assertThatThrownBy(() -> compare(c))
          .isInstanceOfAny(LoaderException.class, IllegalArgumentException.class);
    } else {
      compare(c);
    }
  }

  private static void compare(JsonNode c) throws JsonProcessingException {
    JsonNode args = c.get("args");
    JsonNode want = c.path("expect");
    CategoryTree tree = build(args);
    switch (c.get("call").asText()) {
      case "category_tree.build" -> same(tree, want);
      case "category_tree.subgraph" ->
          same(tree.subgraph(strings(args.get("nodes")), args.get("closure").asBoolean()), want);
      case "category_tree.take" -> same(tree.take(ints(args.get("indexes"))), want);
      case "category_tree.json_roundtrip" ->
          same(CategoryTrees.deserialize(CategoryTrees.serialize(tree), true), want);
      case "category_tree.normalize" -> same(CategoryTrees.normalized(tree), want);
      case "category_tree.softmax" -> softmax(tree, args, want);
      case "category_tree.decision" -> decision(tree, args, want);
      default -> throw new AssertionError("no such call");
    }
  }

  private static CategoryTree build(JsonNode args) {
    if (args.has("from_mutex")) {
      return CategoryTrees.flat(
          strings(args.get("from_mutex")), !args.path("bg_hack").asBoolean(true));
    }
    if (args.has("dataset_categories")) {
      return CategoryTrees.ofRows(
          args.get("dataset_categories").valueStream().map(JsonNode::toString).toList(), true);
    }
    if (args.has("dict_of_lists")) {
      CategoryTreeBuilder builder = new CategoryTreeBuilder();
      args.get("dict_of_lists").properties().forEach(e -> builder.node(e.getKey()));
      args.get("dict_of_lists")
          .properties()
          .forEach(e -> e.getValue().forEach(child -> builder.edge(e.getKey(), child.asText())));
      return builder.build();
    }
    JsonNode source = args.get("coerce");
    if (source.isInt()) {
      return CategoryTrees.numbered(source.asInt());
    }
    if (!source.isArray()) {
      throw new IllegalArgumentException("no source of a tree");
    }
    return source.path(0).isObject()
        ? CategoryTrees.ofRows(source.valueStream().map(JsonNode::toString).toList(), false)
        : CategoryTrees.flat(strings(source), false);
  }

  private static List<String> strings(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).toList();
  }

  private static List<Integer> ints(JsonNode array) {
    return array.valueStream().map(JsonNode::asInt).toList();
  }

  private static void same(CategoryTree tree, JsonNode want) throws JsonProcessingException {
    assertThat(tree.names()).isEqualTo(strings(want.get("idx_to_node")));
    want.get("node_to_id")
        .properties()
        .forEach(
            e -> assertThat(tree.id(tree.indexOf(e.getKey()))).isEqualTo(e.getValue().asLong()));
    want.get("id_to_node")
        .properties()
        .forEach(
            e ->
                assertThat(tree.name(tree.indexOfId(Long.parseLong(e.getKey()))))
                    .isEqualTo(e.getValue().asText()));
    assertThat(tree.groups())
        .isEqualTo(want.get("idx_groups").valueStream().map(CategoryTreeOracleTest::ints).toList());
    assertThat(tree.isFlat()).isEqualTo(want.get("is_mutex").asBoolean());
    assertThat(tree.maxDepth()).isEqualTo(want.get("max_depth").asInt());
    assertThat(tree.maxBreadth()).isEqualTo(want.get("max_breadth").asInt());
    for (int i = 0; i < tree.size(); i++) {
      assertThat(tree.ancestors(i))
          .as("ancestors of %s", i)
          .isEqualTo(ints(want.get("ancestors").get("" + i)));
      assertThat(tree.descendants(i))
          .as("descendants of %s", i)
          .isEqualTo(ints(want.get("descendants").get("" + i)));
      for (int j = 0; j < tree.size(); j++) {
        JsonNode distance = want.get("pairwise_distance").get(i).get(j);
        assertThat(tree.distances()[i][j])
            .isEqualTo(Double.valueOf(distance.isNull() ? Double.NaN : distance.asDouble()));
      }
    }
    assertThat(MAPPER.readTree(CategoryTrees.serialize(tree)).get("graph"))
        .isEqualTo(want.get("nested"));
    if (want.get("to_coco").isArray()) {
      assertThat(MAPPER.readTree(CategoryTrees.toRows(tree).toString()))
          .isEqualTo(want.get("to_coco"));
    } else {
      assertThatThrownBy(() -> CategoryTrees.toRows(tree)).isInstanceOf(LoaderException.class);
    }
  }

  private static double[] doubles(JsonNode array) {
    return array.valueStream().mapToDouble(JsonNode::asDouble).toArray();
  }

  private static void softmax(CategoryTree tree, JsonNode args, JsonNode want) {
    ClassProbabilities probabilities = new ClassProbabilities(tree);
    for (int i = 0; i < args.get("energy").size(); i++) {
      double[] energy = doubles(args.get("energy").get(i));
      close(probabilities.conditional(energy), want.get("conditional_log_softmax").get(i));
      close(probabilities.fromRoots(energy), want.get("source_log_softmax").get(i));
      close(probabilities.fromLeaves(energy), want.get("sink_log_softmax").get(i));
    }
  }

  private static void close(double[] got, JsonNode want) {
    assertThat(got).hasSize(want.size());
    for (int i = 0; i < got.length; i++) {
      double wanted = want.get(i).asDouble();
      assertThat(got[i]).isCloseTo(wanted, within(1e-9 * Math.max(1, Math.abs(wanted))));
    }
  }

  private static void decision(CategoryTree tree, JsonNode args, JsonNode want) {
    ClassDecision decision =
        new ClassDecision(
            tree,
            criterion(args.path("criterion").asText("gini")),
            args.path("thresh").asDouble(0.5),
            set(args.path("ignore_class_idxs")),
            set(args.path("always_refine_idxs")));
    for (int i = 0; i < args.get("class_probs").size(); i++) {
      double[] p = doubles(args.get("class_probs").get(i));
      int index = decision.decide(p);
      assertThat(index).as("item %s", i).isEqualTo(want.get("pred_idxs").get(i).asInt());
      assertThat(p[index]).isEqualTo(want.get("pred_conf").get(i).asDouble());
    }
  }

  private static ClassDecision.Criterion criterion(String name) {
    return name.equals("prob")
        ? ClassDecision.Criterion.PROBABILITY
        : ClassDecision.Criterion.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static Set<Integer> set(JsonNode array) {
    return new HashSet<>(
        IntStream.range(0, array.size()).mapToObj(i -> array.get(i).asInt()).toList());
  }
}
