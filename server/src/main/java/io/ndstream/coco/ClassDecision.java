package io.ndstream.coco;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Goes down the tree from the roots as long as that makes the answer purer. Probabilities are
 * absolute and never renormalised.
 *
 * @param thresh gini and entropy: relative gain in purity above which the children are asked;
 *     probability: what an answer has to exceed
 * @param ignored classes that are no answer; not looked at by {@link Criterion#PROBABILITY}
 * @param alwaysRefined classes whose children are always asked
 */
public record ClassDecision(
    CategoryTree tree,
    Criterion criterion,
    double thresh,
    Set<Integer> ignored,
    Set<Integer> alwaysRefined) {
  public static final double DEFAULT_THRESH = 0.5;
  private static final double TINY = 1e-30;

  public ClassDecision {
    ignored = Set.copyOf(ignored);
    alwaysRefined = Set.copyOf(alwaysRefined);
  }

  /** How purity is measured. */
  public enum Criterion {
    GINI,
    ENTROPY,
    PROBABILITY
  }

  /**
   * The class of one item.
   *
   * @param p one entry a class
   * @return its index; its probability is the confidence
   * @throws LoaderException BAD_ARGUMENT if all roots are ignored
   */
  public int decide(double[] p) {
    if (criterion == Criterion.PROBABILITY) {
      return tree.size() == 0 ? noCandidate() : byProbability(p, tree.roots());
    }
    return byPurity(p, tree.roots());
  }

  private int byPurity(double[] p, List<Integer> roots) {
    List<Integer> group = wanted(roots);
    while (!group.isEmpty()) {
      int best = best(p, group);
      List<Integer> children = wanted(tree.children(best));
      if (children.isEmpty() || !refines(p, group, best, children)) {
        return best;
      }
      group = children;
    }
    return noCandidate();
  }

  private static int noCandidate() {
    throw LoaderException.of(
        Reason.BAD_ARGUMENT, "ignore_indexes", "all top-level classes", "expected", "one left");
  }

  private List<Integer> wanted(List<Integer> group) {
    return group.stream().filter(i -> !ignored.contains(i)).sorted().toList();
  }

  private boolean refines(double[] p, List<Integer> group, int best, List<Integer> children) {
    if (children.size() == 1 || alwaysRefined.contains(best)) {
      return true;
    }
    List<Double> refined = new ArrayList<>();
    List<Double> even = new ArrayList<>();
    for (int i : group) {
      if (i != best) {
        refined.add(p[i]);
        even.add(p[i]);
      }
    }
    for (int child : children) {
      refined.add(p[child]);
      even.add(p[best] / children.size());
    }
    return 1 - impurity(refined) / (impurity(even) + TINY) > thresh;
  }

  private double impurity(List<Double> p) {
    if (criterion == Criterion.GINI) {
      return 1 - p.stream().mapToDouble(v -> v * v).sum();
    }
    return -p.stream().mapToDouble(v -> v == 0 ? 0 : v * Math.log(v) / Math.log(2)).sum();
  }

  private int byProbability(double[] p, List<Integer> group) {
    int best = best(p, group);
    if (p[best] > thresh && !tree.children(best).isEmpty()) {
      int below = byProbability(p, tree.children(best));
      return p[below] > thresh ? below : best;
    }
    return best;
  }

  /** The likeliest; the lowest index on ties. */
  private static int best(double[] p, List<Integer> group) {
    int best = group.stream().sorted().findFirst().orElseThrow();
    for (int i : group) {
      if (p[i] > p[best] || (p[i] == p[best] && i < best)) {
        best = i;
      }
    }
    return best;
  }
}
