package io.ndstream.grid;

import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Folds that keep groups whole and labels in proportion: groups go, the largest first, to the fold
 * where the shares of labels then lie closest to those of all items. Deterministic.
 */
public final class GroupFolds {
  private GroupFolds() {}

  /**
   * @param groups group of each item
   * @param labels label of each item, 0 or more; used as array positions
   * @param folds 2 or more, at most the number of items
   * @return of each item the fold whose test part holds it
   */
  public static int[] assign(long[] groups, int[] labels, int folds) {
    Violations violations = new Violations();
    check(groups.length, labels.length, folds, violations);
    violations
        .check(
            Arrays.stream(labels).allMatch(l -> l >= 0),
            Reason.BAD_ARGUMENT,
            "labels",
            "a negative one",
            ">= 0")
        .throwIfAny();
    int items = groups.length;
    long[] sorted = Arrays.stream(groups).sorted().distinct().toArray();
    int classes = Arrays.stream(labels).max().orElse(0) + 1;
    double[][] counts = new double[sorted.length][classes];
    int[] size = new int[sorted.length];
    double[] target = new double[classes];
    int[] group = new int[items];
    for (int i = 0; i < items; i++) {
      group[i] = Arrays.binarySearch(sorted, groups[i]);
      counts[group[i]][labels[i]]++;
      size[group[i]]++;
      target[labels[i]]++;
    }
    for (int label = 0; label < classes; label++) {
      target[label] /= items;
    }
    int[] foldOfGroup = place(counts, size, target, folds);
    return Arrays.stream(group).map(g -> foldOfGroup[g]).toArray();
  }

  /**
   * Adds the mistakes that need no values: numbers of groups and labels, one of each an item, and
   * of folds.
   */
  public static void check(int groups, int labels, int folds, Violations violations) {
    violations
        .check(folds >= 2, Reason.BAD_ARGUMENT, "folds", folds, ">= 2")
        .check(
            groups >= Math.max(1, folds),
            Reason.BAD_ARGUMENT,
            "groups",
            groups + " items",
            Math.max(1, folds) + " or more")
        .check(
            groups == labels,
            Reason.BAD_ARGUMENT,
            "labels",
            labels + " entries",
            groups + " entries");
  }

  private static int[] place(double[][] counts, int[] size, double[] target, int folds) {
    int[] order =
        IntStream.range(0, size.length)
            .boxed()
            .sorted(
                (a, b) ->
                    size[a] != size[b] ? Integer.compare(size[b], size[a]) : Integer.compare(b, a))
            .mapToInt(g -> g)
            .toArray();
    double[][] held = new double[folds][target.length];
    double[] distance = new double[folds];
    Arrays.fill(distance, distance(new double[target.length], target));
    int[] foldOfGroup = new int[size.length];
    double placed = 0;
    for (int g : order) {
      int fold = placed == 0 ? 0 : best(held, distance, counts[g], target, placed);
      for (int label = 0; label < target.length; label++) {
        held[fold][label] += counts[g][label];
      }
      distance[fold] = distance(held[fold], target);
      foldOfGroup[g] = fold;
      placed += size[g];
    }
    return foldOfGroup;
  }

  private static int best(
      double[][] held, double[] distance, double[] group, double[] target, double placed) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int fold = 0; fold < held.length; fold++) {
      double[] after = new double[target.length];
      for (int label = 0; label < target.length; label++) {
        after[label] = held[fold][label] + group[label];
      }
      double above = 0;
      double below = 0;
      for (int other = fold + 1; other < held.length; other++) {
        above += distance[other];
      }
      for (int other = 0; other < fold; other++) {
        below += distance[other];
      }
      // added in the reference's order, so that ties fall as there
      double loss =
          above + below + distance(after, target) + Arrays.stream(held[fold]).sum() / placed;
      if (loss < least) {
        least = loss;
        best = fold;
      }
    }
    return best;
  }

  /** Squared distance of the shares of labels from the target; of nothing the shares are 0. */
  private static double distance(double[] counts, double[] target) {
    double sum = 0;
    for (double count : counts) {
      sum += count;
    }
    double distance = 0;
    for (int label = 0; label < target.length; label++) {
      double share = sum == 0 ? 0 : counts[label] / sum;
      distance += (share - target[label]) * (share - target[label]);
    }
    return distance;
  }
}
