package io.ndstream.client;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * Class probabilities over a tree of classes, and what they decide. Classes are indexes; siblings
 * exclude each other.
 *
 * @see #of
 */
public final class CategoryDecisions {
  private static final double TINY = 1e-30;

  private final int[] parents;

  /** By class: its children, ascending; last: the roots. */
  private final int[][] children;

  /** Classes, every parent before its children. */
  private final int[] downwards;

  private CategoryDecisions(int[] parents) {
    this.parents = parents.clone();
    int n = parents.length;
    this.children = new int[n + 1][];
    for (int node = 0; node <= n; node++) {
      int parent = node == n ? -1 : node;
      children[node] = IntStream.range(0, n).filter(i -> parents[i] == parent).toArray();
    }
    this.downwards = new int[n];
    int end = 0;
    for (int root : children[n]) {
      downwards[end++] = root;
    }
    for (int at = 0; at < end; at++) {
      for (int child : children[downwards[at]]) {
        downwards[end++] = child;
      }
    }
    if (end != n) {
      throw new IllegalArgumentException(
          "parents: " + Arrays.toString(parents) + " (expected: no cycle)");
    }
  }

  /**
   * @param parents index of each class's parent, -1 for a root
   * @throws IllegalArgumentException if a parent is no class, or there is a cycle
   */
  public static CategoryDecisions of(int... parents) {
    for (int parent : parents) {
      if (parent < -1 || parent >= parents.length) {
        throw new IllegalArgumentException(
            "parent: " + parent + " (expected: -1 to " + (parents.length - 1) + ")");
      }
    }
    return new CategoryDecisions(parents);
  }

  /** How the purity of an answer is measured. */
  public enum Criterion {
    GINI(p -> p * p),
    ENTROPY(p -> p == 0 ? 0 : p * Math.log(p) / Math.log(2));

    private final DoubleUnaryOperator term;

    Criterion(DoubleUnaryOperator term) {
      this.term = term;
    }
  }

  /** An answer: a class and its probability. */
  public record Decision(int index, double confidence) {}

  /** Within every group of siblings: log softmax of its energies. */
  public double[] conditionalLogProbabilities(double[] energies) {
    double[] log = checked(energies).clone();
    for (int[] group : children) {
      double sum = logSumExp(energies, group);
      for (int i : group) {
        log[i] -= sum;
      }
    }
    return log;
  }

  /** Absolute: a class is as likely as its parent times its share among its siblings. */
  public double[] logProbabilities(double[] energies) {
    double[] log = conditionalLogProbabilities(energies);
    for (int node : downwards) {
      log[node] += parents[node] < 0 ? 0 : log[parents[node]];
    }
    return log;
  }

  /** {@link #logProbabilities}, not as logarithms. */
  public double[] probabilities(double[] energies) {
    return Arrays.stream(logProbabilities(energies)).map(Math::exp).toArray();
  }

  /**
   * Absolute: softmax over the leaves; an inner class is the sum of its children, its own energy
   * plays no role.
   */
  public double[] logProbabilitiesFromLeaves(double[] energies) {
    double[] log = checked(energies).clone();
    int[] leaves =
        IntStream.range(0, parents.length).filter(i -> children[i].length == 0).toArray();
    double sum = logSumExp(energies, leaves);
    for (int i = downwards.length - 1; i >= 0; i--) {
      int node = downwards[i];
      log[node] =
          children[node].length == 0 ? energies[node] - sum : logSumExp(log, children[node]);
    }
    return log;
  }

  /**
   * Goes down from the roots to the likeliest child as long as that makes the answer purer.
   *
   * @param probabilities absolute, one a class; never renormalised
   * @param thresh relative gain in purity above which the children are asked; 0.5 is usual
   * @param ignored classes that are no answer
   * @param alwaysRefined classes whose children are always asked
   * @throws IllegalArgumentException if all roots are ignored
   */
  public Decision decide(
      double[] probabilities,
      Criterion criterion,
      double thresh,
      Set<Integer> ignored,
      Set<Integer> alwaysRefined) {
    checked(probabilities);
    int[] group = without(children[parents.length], ignored);
    if (group.length == 0) {
      throw new IllegalArgumentException("ignored: " + ignored + " (expected: one root left)");
    }
    while (true) {
      int best = likeliest(probabilities, group);
      int[] below = without(children[best], ignored);
      boolean refine = below.length == 1 || alwaysRefined.contains(best);
      if (below.length == 0
          || !refine && gain(probabilities, criterion, group, best, below) <= thresh) {
        return new Decision(best, probabilities[best]);
      }
      group = below;
    }
  }

  /** Goes down from the roots as long as the likeliest child is likelier than {@code thresh}. */
  public Decision decideByProbability(double[] probabilities, double thresh) {
    checked(probabilities);
    int best = likeliest(probabilities, children[parents.length]);
    while (probabilities[best] > thresh && children[best].length > 0) {
      int below = likeliest(probabilities, children[best]);
      if (probabilities[below] <= thresh) {
        break;
      }
      best = below;
    }
    return new Decision(best, probabilities[best]);
  }

  /** All items of a batch, each by itself. */
  public List<Decision> decide(double[][] probabilities, Criterion criterion, double thresh) {
    return Arrays.stream(probabilities)
        .map(p -> decide(p, criterion, thresh, Set.of(), Set.of()))
        .toList();
  }

  /** 1 - impurity with the best class split into its children / impurity with it split evenly. */
  private static double gain(double[] p, Criterion criterion, int[] group, int best, int[] below) {
    double others =
        Arrays.stream(group)
            .filter(i -> i != best)
            .mapToDouble(i -> criterion.term.applyAsDouble(p[i]))
            .sum();
    double split = Arrays.stream(below).mapToDouble(i -> criterion.term.applyAsDouble(p[i])).sum();
    double even = below.length * criterion.term.applyAsDouble(p[best] / below.length);
    double whole = criterion == Criterion.GINI ? 1 : 0;
    return 1 - (whole - others - split) / (whole - others - even + TINY);
  }

  private double[] checked(double[] row) {
    if (row.length != parents.length) {
      throw new IllegalArgumentException(
          "row of " + row.length + " (expected: " + parents.length + ", one a class)");
    }
    return row;
  }

  private static int[] without(int[] group, Set<Integer> ignored) {
    return ignored.isEmpty()
        ? group
        : Arrays.stream(group).filter(i -> !ignored.contains(i)).toArray();
  }

  /** The lowest index on ties: groups ascend. */
  private static int likeliest(double[] p, int[] group) {
    int best = group[0];
    for (int i : group) {
      best = p[i] > p[best] ? i : best;
    }
    return best;
  }

  private static double logSumExp(double[] values, int[] group) {
    double max = Arrays.stream(group).mapToDouble(i -> values[i]).max().orElse(0);
    return max + Math.log(Arrays.stream(group).mapToDouble(i -> Math.exp(values[i] - max)).sum());
  }
}
