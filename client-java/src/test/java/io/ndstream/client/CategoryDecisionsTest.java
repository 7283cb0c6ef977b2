package io.ndstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ndstream.client.CategoryDecisions.Criterion;
import io.ndstream.client.CategoryDecisions.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Against the recorded answers of the reference, which the server's tests use too. */
class CategoryDecisionsTest {

  @Test
  void softmaxesAsRecorded() throws IOException {
    int compared = 0;
    for (JsonNode recorded : cases("category_tree.softmax")) {
      CategoryDecisions tree = tree(recorded.get("args"));
      JsonNode expect = recorded.get("expect");
      for (int row = 0; row < recorded.at("/args/energy").size(); row++) {
        double[] energies = doubles(recorded.at("/args/energy").get(row));
        assertClose(
            tree.conditionalLogProbabilities(energies),
            expect.get("conditional_log_softmax").get(row));
        assertClose(tree.logProbabilities(energies), expect.get("source_log_softmax").get(row));
        assertClose(tree.probabilities(energies), expect.get("hierarchical_softmax").get(row));
        assertClose(
            tree.logProbabilitiesFromLeaves(energies), expect.get("sink_log_softmax").get(row));
        compared++;
      }
    }
    assertThat(compared).isEqualTo(24);
  }

  @Test
  void decidesAsRecorded() throws IOException {
    int compared = 0;
    for (JsonNode recorded : cases("category_tree.decision")) {
      // The reference mixes up rows where it decides a whole batch by probability.
      if (!recorded.has("expect") || recorded.get("level").asText().equals("quirk")) {
        continue;
      }
      JsonNode arguments = recorded.get("args");
      CategoryDecisions tree = tree(arguments);
      for (int row = 0; row < arguments.get("class_probs").size(); row++) {
        Decision decided = decide(tree, arguments, doubles(arguments.get("class_probs").get(row)));
        String what = recorded.get("id").asText() + " row " + row;
        assertThat(decided.index())
            .as(what)
            .isEqualTo(recorded.at("/expect/pred_idxs").get(row).asInt());
        assertThat(decided.confidence())
            .as(what)
            .isCloseTo(recorded.at("/expect/pred_conf").get(row).asDouble(), within(1e-9));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(60);
  }

  @Test
  void refusesWhatIsNoTree() {
    assertThatThrownBy(() -> CategoryDecisions.of(1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CategoryDecisions.of(-1, 2))
        .isInstanceOf(IllegalArgumentException.class);
    CategoryDecisions flat = CategoryDecisions.of(-1, -1);
    assertThatThrownBy(() -> flat.decide(new double[3], Criterion.GINI, 0.5, Set.of(), Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> flat.decide(new double[2], Criterion.GINI, 0.5, Set.of(0, 1), Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Decision decide(CategoryDecisions tree, JsonNode arguments, double[] p) {
    double thresh = arguments.path("thresh").asDouble(0.5);
    String criterion = arguments.path("criterion").asText("gini");
    if (criterion.equals("prob")) {
      return tree.decideByProbability(p, thresh);
    }
    Criterion measure = criterion.equals("gini") ? Criterion.GINI : Criterion.ENTROPY;
    return tree.decide(
        p,
        measure,
        thresh,
        integers(arguments.path("ignore_class_idxs")),
        integers(arguments.path("always_refine_idxs")));
  }

  /** Nodes in the order of first appearance, as the reference numbers them. */
  private static CategoryDecisions tree(JsonNode arguments) {
    List<String> nodes = new ArrayList<>();
    List<String[]> edges = new ArrayList<>();
    if (arguments.has("dict_of_lists")) {
      arguments.get("dict_of_lists").fieldNames().forEachRemaining(nodes::add);
      arguments
          .get("dict_of_lists")
          .properties()
          .forEach(
              node ->
                  node.getValue()
                      .forEach(child -> edges.add(new String[] {node.getKey(), child.asText()})));
    } else if (arguments.get("coerce").isInt()) {
      for (int i = 0; i < arguments.get("coerce").asInt(); i++) {
        nodes.add("class_" + i);
      }
    } else {
      for (JsonNode row : arguments.get("coerce")) {
        nodes.add(row.get("name").asText());
        if (row.hasNonNull("supercategory")) {
          String parent = row.get("supercategory").asText();
          if (!nodes.contains(parent)) {
            nodes.add(parent);
          }
          edges.add(new String[] {parent, row.get("name").asText()});
        }
      }
    }
    edges.forEach(
        edge -> Arrays.stream(edge).filter(name -> !nodes.contains(name)).forEach(nodes::add));
    int[] parents = new int[nodes.size()];
    Arrays.fill(parents, -1);
    edges.forEach(edge -> parents[nodes.indexOf(edge[1])] = nodes.indexOf(edge[0]));
    return CategoryDecisions.of(parents);
  }

  private static List<JsonNode> cases(String call) throws IOException {
    Path file =
        Path.of(
            System.getProperty("ndstream.root"),
            "server/src/test/resources/oracle/regions/cases.jsonl");
    ObjectMapper mapper = new ObjectMapper();
    List<JsonNode> found = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode recorded = mapper.readTree(line);
      if (recorded.path("call").asText().equals(call)) {
        found.add(recorded);
      }
    }
    return found;
  }

  private static void assertClose(double[] found, JsonNode wanted) {
    double[] expected = doubles(wanted);
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i])
          .isCloseTo(expected[i], within(1e-9 * Math.max(1, Math.abs(expected[i]))));
    }
  }

  private static double[] doubles(JsonNode values) {
    double[] all = new double[values.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = values.get(i).asDouble();
    }
    return all;
  }

  private static Set<Integer> integers(JsonNode values) {
    Set<Integer> all = new TreeSet<>();
    values.forEach(value -> all.add(value.asInt()));
    return all;
  }
}
