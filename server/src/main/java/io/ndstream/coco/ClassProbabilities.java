package io.ndstream.coco;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Log probabilities of classes from energies; rows have one entry a class. The maximum is
 * subtracted before exponentials.
 */
public final class ClassProbabilities {
  private final CategoryTree tree;

  public ClassProbabilities(CategoryTree tree) {
    this.tree = tree;
  }

  /** Within every group of siblings: log softmax of its energies. */
  public double[] conditional(double[] energies) {
    double[] out = new double[energies.length];
    for (List<Integer> group : tree.groups()) {
      logSoftmax(energies, group, out);
    }
    return out;
  }

  /** Absolute: a class is as likely as its parent times its share among its siblings. */
  public double[] fromRoots(double[] energies) {
    double[] out = conditional(energies);
    for (List<Integer> group : tree.groups()) {
      for (int node : group) {
        out[node] += tree.parent(node) < 0 ? 0 : out[tree.parent(node)];
      }
    }
    return out;
  }

  /**
   * Absolute: softmax over the leaves, an inner class is the sum of its children; its own energy
   * plays no role.
   */
  public double[] fromLeaves(double[] energies) {
    double[] out = new double[energies.length];
    List<Integer> leaves =
        IntStream.range(0, tree.size()).filter(i -> tree.children(i).isEmpty()).boxed().toList();
    logSoftmax(energies, leaves, out);
    tree.roots().forEach(root -> sumUp(root, out));
    return out;
  }

  private void sumUp(int node, double[] out) {
    List<Integer> children = tree.children(node);
    children.forEach(child -> sumUp(child, out));
    if (!children.isEmpty()) {
      out[node] = logSumExp(out, children);
    }
  }

  private static void logSoftmax(double[] energies, List<Integer> group, double[] out) {
    double sum = logSumExp(energies, group);
    for (int i : group) {
      out[i] = energies[i] - sum;
    }
  }

  private static double logSumExp(double[] values, List<Integer> group) {
    double max = group.stream().mapToDouble(i -> values[i]).max().orElse(0);
    return max + Math.log(group.stream().mapToDouble(i -> Math.exp(values[i] - max)).sum());
  }
}
