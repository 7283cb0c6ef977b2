package io.ndstream.rpc;

import io.grpc.stub.StreamObserver;
import io.ndstream.catalog.Catalog;
import io.ndstream.catalog.DatasetLease;
import io.ndstream.coco.CategoryTree;
import io.ndstream.coco.CategoryTrees;
import io.ndstream.coco.ClassDecision;
import io.ndstream.coco.ClassProbabilities;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.v1.BuildCategoryTreeRequest;
import io.ndstream.v1.BuildCategoryTreeResponse;
import io.ndstream.v1.CategoryServiceGrpc;
import io.ndstream.v1.CategoryTreeSource;
import io.ndstream.v1.ComputeClassProbabilitiesRequest;
import io.ndstream.v1.ComputeClassProbabilitiesResponse;
import io.ndstream.v1.DecideClassesRequest;
import io.ndstream.v1.DecideClassesResponse;
import io.ndstream.v1.DeriveCategoryTreeRequest;
import io.ndstream.v1.DeriveCategoryTreeResponse;
import io.ndstream.wire.CategoryMessages;
import java.util.List;
import java.util.function.DoubleConsumer;

/** Category trees and decisions. */
final class CategoryRpc extends CategoryServiceGrpc.CategoryServiceImplBase {
  private final Catalog catalog;

  CategoryRpc(Catalog catalog) {
    this.catalog = catalog;
  }

  private CategoryTree tree(CategoryTreeSource source) {
    return CategoryMessages.tree(
        source,
        name -> {
          try (DatasetLease lease = catalog.lease(name)) {
            return CategoryMessages.of(lease.get().dataset());
          }
        });
  }

  @Override
  public void buildCategoryTree(
      BuildCategoryTreeRequest request, StreamObserver<BuildCategoryTreeResponse> to) {
    Answers.give(
        to,
        () ->
            BuildCategoryTreeResponse.newBuilder()
                .setTree(CategoryMessages.message(tree(request.getSource())))
                .build());
  }

  @Override
  public void deriveCategoryTree(
      DeriveCategoryTreeRequest request, StreamObserver<DeriveCategoryTreeResponse> to) {
    Answers.give(
        to,
        () -> {
          CategoryTree derived = derive(tree(request.getSource()), request);
          return DeriveCategoryTreeResponse.newBuilder()
              .setTree(CategoryMessages.message(derived))
              .build();
        });
  }

  private static CategoryTree derive(CategoryTree tree, DeriveCategoryTreeRequest request) {
    int ways =
        (request.getNodesCount() > 0 ? 1 : 0)
            + (request.getIndexesCount() > 0 ? 1 : 0)
            + (request.getNormalize() ? 1 : 0);
    Violations violations = new Violations();
    violations.check(
        ways <= 1,
        Reason.BAD_ARGUMENT,
        "nodes",
        "given with indexes or normalize",
        "one of the three");
    violations.check(
        !request.getWithoutClosure() || request.getNodesCount() > 0,
        Reason.BAD_ARGUMENT,
        "without_closure",
        true,
        "with nodes");
    requireIndexes(request.getIndexesList(), tree, "indexes", violations);
    violations.throwIfAny();
    if (request.getNormalize()) {
      return CategoryTrees.normalized(tree);
    }
    return request.getIndexesCount() > 0
        ? tree.take(request.getIndexesList())
        : tree.subgraph(request.getNodesList(), !request.getWithoutClosure());
  }

  private static void requireIndexes(
      List<Integer> indexes, CategoryTree tree, String field, Violations violations) {
    for (int index : indexes) {
      violations.check(
          index >= 0 && index < tree.size(),
          Reason.OUT_OF_RANGE,
          field,
          index,
          "0 to " + (tree.size() - 1));
    }
  }

  @Override
  public void computeClassProbabilities(
      ComputeClassProbabilitiesRequest request,
      StreamObserver<ComputeClassProbabilitiesResponse> to) {
    Answers.give(
        to,
        () -> {
          CategoryTree tree = tree(request.getSource());
          ClassProbabilities probabilities = new ClassProbabilities(tree);
          ComputeClassProbabilitiesResponse.Builder answer =
              ComputeClassProbabilitiesResponse.newBuilder();
          for (double[] row : rows(request.getEnergiesList(), tree, "energies")) {
            addAll(answer::addConditional, probabilities.conditional(row));
            addAll(answer::addFromRoots, probabilities.fromRoots(row));
            addAll(answer::addFromLeaves, probabilities.fromLeaves(row));
          }
          return answer.build();
        });
  }

  private static void addAll(DoubleConsumer to, double[] values) {
    for (double value : values) {
      to.accept(value);
    }
  }

  private static double[][] rows(List<Double> flat, CategoryTree tree, String field) {
    int classes = tree.size();
    if (classes == 0 || flat.size() % classes != 0) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT,
          field,
          flat.size() + " entries",
          "expected",
          "a multiple of " + classes + " classes");
    }
    double[][] rows = new double[flat.size() / classes][classes];
    for (int i = 0; i < flat.size(); i++) {
      rows[i / classes][i % classes] = flat.get(i);
    }
    return rows;
  }

  @Override
  public void decideClasses(
      DecideClassesRequest request, StreamObserver<DecideClassesResponse> to) {
    Answers.give(
        to,
        () -> {
          CategoryTree tree = tree(request.getSource());
          Violations violations = new Violations();
          requireIndexes(request.getIgnoreIndexesList(), tree, "ignore_indexes", violations);
          requireIndexes(
              request.getAlwaysRefineIndexesList(), tree, "always_refine_indexes", violations);
          violations.throwIfAny();
          ClassDecision decision = CategoryMessages.decision(request, tree);
          DecideClassesResponse.Builder answer = DecideClassesResponse.newBuilder();
          for (double[] row : rows(request.getProbabilitiesList(), tree, "probabilities")) {
            int index = decision.decide(row);
            answer.addIndexes(index).addConfidences(row[index]);
          }
          return answer.build();
        });
  }
}
