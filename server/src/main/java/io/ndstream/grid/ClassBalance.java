package io.ndstream.grid;

import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Draws positives, with repeats, so that categories come in given proportions. Draw i depends on
 * (seed, i) alone.
 */
public final class ClassBalance {
  /** Apart from the streams of negatives with the same seed. */
  private static final long SALT = 0x706f736974697665L;

  private ClassBalance() {}

  /**
   * @param weights by category id, 0 or more; empty: the same for every category that has positives
   * @return as many rows of the table as it has
   */
  public static int[] draw(Positives table, Map<Long, Double> weights, long seed) {
    int[][] rows = byCategory(table, weights);
    double[] share = cumulative(table, rows, weights);
    return IntStream.range(0, share.length == 0 ? 0 : table.size())
        .parallel()
        .map(i -> draw(CounterRandom.stream(seed ^ SALT, i), rows, share))
        .toArray();
  }

  private static int[][] byCategory(Positives table, Map<Long, Double> weights) {
    long[] ids =
        weights.isEmpty()
            ? IntStream.range(0, table.size())
                .mapToLong(table::categoryId)
                .sorted()
                .distinct()
                .toArray()
            : new TreeMap<>(weights).keySet().stream().mapToLong(id -> id).toArray();
    int[][] rows = new int[ids.length][];
    for (int k = 0; k < ids.length; k++) {
      long id = ids[k];
      rows[k] = IntStream.range(0, table.size()).filter(i -> table.categoryId(i) == id).toArray();
    }
    return rows;
  }

  private static double[] cumulative(Positives table, int[][] rows, Map<Long, Double> weights) {
    Violations violations = new Violations();
    weights.forEach(
        (id, weight) ->
            violations.check(
                weight >= 0 && weight < Double.POSITIVE_INFINITY,
                Reason.BAD_ARGUMENT,
                "class_weights",
                id + ": " + weight,
                ">= 0"));
    violations.throwIfAny();
    List<Double> given = new ArrayList<>(new TreeMap<>(weights).values());
    double[] sums = new double[rows.length];
    double sum = 0;
    for (int k = 0; k < rows.length; k++) {
      sum += rows[k].length == 0 ? 0 : weights.isEmpty() ? 1 : given.get(k);
      sums[k] = sum;
    }
    violations.check(
        sum > 0 || table.size() == 0,
        Reason.BAD_ARGUMENT,
        "class_weights",
        "no weight",
        "one above 0 for a category with positives");
    violations.throwIfAny();
    return sum > 0 ? Arrays.stream(sums).toArray() : new double[0];
  }

  private static int draw(long stream, int[][] rows, double[] share) {
    double at = (CounterRandom.bits(stream, 0) >>> 11) * 0x1p-53 * share[share.length - 1];
    int k = 0;
    while (share[k] <= at) {
      k++;
    }
    return rows[k][(int) CounterRandom.below(stream, 1, rows[k].length)];
  }
}
