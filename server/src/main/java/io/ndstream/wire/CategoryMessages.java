package io.ndstream.wire;

import io.ndstream.coco.CategoryTree;
import io.ndstream.coco.CategoryTreeBuilder;
import io.ndstream.coco.CategoryTrees;
import io.ndstream.coco.ClassDecision;
import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.v1.CategoryGraph;
import io.ndstream.v1.CategoryNode;
import io.ndstream.v1.CategoryTreeSource;
import io.ndstream.v1.DecideClassesRequest;
import io.ndstream.v1.DecisionCriterion;
import io.ndstream.v1.IndexGroup;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;

/** Category trees, from messages to ours and back. */
public final class CategoryMessages {
  private static final int MOST_CLASSES = 1_000_000;

  private CategoryMessages() {}

  /**
   * @param datasets the categories of an open data set by its name
   * @throws LoaderException BAD_CATEGORIES if the source makes no tree, or there is none
   */
  public static CategoryTree tree(
      CategoryTreeSource source, Function<String, CategoryTree> datasets) {
    return switch (source.getSourceCase()) {
      case COUNT -> numbered(source.getCount());
      case NAMES ->
          CategoryTrees.flat(source.getNames().getNamesList(), source.getNames().getPlainIds());
      case ROWS ->
          CategoryTrees.ofRows(source.getRows().getJsonList(), source.getRows().getAllowSelf());
      case DATASET -> datasets.apply(source.getDataset());
      case GRAPH -> graph(source.getGraph());
      case SERIALIZED -> CategoryTrees.deserialize(source.getSerialized(), false);
      case SERIALIZED_AS_REFERENCE ->
          CategoryTrees.deserialize(source.getSerializedAsReference(), true);
      case SOURCE_NOT_SET ->
          throw LoaderException.of(
              Reason.BAD_CATEGORIES, "source", "none", "expected", "one of its kinds");
    };
  }

  /** Of an open data set. */
  public static CategoryTree of(Dataset dataset) {
    return CategoryTree.of(dataset.categories());
  }

  private static CategoryTree numbered(int count) {
    if (count > MOST_CLASSES) {
      throw LoaderException.of(
          Reason.BAD_CATEGORIES, "count", count, "expected", "at most " + MOST_CLASSES);
    }
    return CategoryTrees.numbered(count);
  }

  private static CategoryTree graph(CategoryGraph graph) {
    CategoryTreeBuilder builder = new CategoryTreeBuilder();
    graph.getNodesList().forEach(node -> builder.node(node.getName()));
    graph
        .getNodesList()
        .forEach(
            node -> node.getChildrenList().forEach(child -> builder.edge(node.getName(), child)));
    return builder.build();
  }

  public static io.ndstream.v1.CategoryTree message(CategoryTree tree) {
    io.ndstream.v1.CategoryTree.Builder message =
        io.ndstream.v1.CategoryTree.newBuilder()
            .setFlat(tree.isFlat())
            .setMaxDepth(tree.maxDepth())
            .setMaxBreadth(tree.maxBreadth())
            .setSerialized(CategoryTrees.serialize(tree))
            .setBackgroundClassId(tree.backgroundId());
    boolean isTree = true;
    for (int i = 0; i < tree.size(); i++) {
      message.addNodes(node(tree, i));
      isTree &= tree.parents(i).size() <= 1;
    }
    tree.groups().forEach(group -> message.addGroups(IndexGroup.newBuilder().addAllIndexes(group)));
    for (double[] row : tree.distances()) {
      for (double distance : row) {
        message.addDistances(distance);
      }
    }
    return message.addAllCocoRows(isTree ? CategoryTrees.toRows(tree) : List.of()).build();
  }

  private static CategoryNode node(CategoryTree tree, int index) {
    return CategoryNode.newBuilder()
        .setName(tree.name(index))
        .setId(tree.id(index))
        .addAllParents(tree.parents(index))
        .addAllChildren(tree.children(index))
        .addAllAncestors(tree.ancestors(index))
        .addAllDescendants(tree.descendants(index))
        .setAttributesJson(tree.attributesJson(index))
        .build();
  }

  /**
   * @throws LoaderException BAD_ARGUMENT for an unknown criterion
   */
  public static ClassDecision decision(DecideClassesRequest request, CategoryTree tree) {
    ClassDecision.Criterion criterion =
        switch (request.getCriterion()) {
          case DECISION_CRITERION_UNSPECIFIED, DECISION_CRITERION_GINI ->
              ClassDecision.Criterion.GINI;
          case DECISION_CRITERION_ENTROPY -> ClassDecision.Criterion.ENTROPY;
          case DECISION_CRITERION_PROBABILITY -> ClassDecision.Criterion.PROBABILITY;
          case UNRECOGNIZED ->
              throw LoaderException.of(
                  Reason.BAD_ARGUMENT,
                  "criterion",
                  request.getCriterionValue(),
                  "expected",
                  DecisionCriterion.values().length - 2 + " or less");
        };
    return new ClassDecision(
        tree,
        criterion,
        request.hasThresh() ? request.getThresh() : ClassDecision.DEFAULT_THRESH,
        new HashSet<>(request.getIgnoreIndexesList()),
        new HashSet<>(request.getAlwaysRefineIndexesList()));
  }
}
