package io.ndstream.stitch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Joins pixels to 8-connected regions, row after row, as runs: memory grows with the number of
 * runs, not of pixels. Not thread-safe.
 */
final class RegionRuns {
  private static final int FIELDS = 3;

  /** Row, first column, column after the last of each run. */
  private int[] runs = new int[FIELDS * 64];

  /** Sum of the values of each run. */
  private double[] sums = new double[64];

  /** A run of the same region nearer to its first one; the first points to itself. */
  private int[] parents = new int[64];

  private int count;
  private int previousRow;
  private int thisRow;
  private int row = -1;

  /**
   * A region.
   *
   * @param pixels their number
   * @param score mean of the values
   * @param runs row, first column, column after the last, row, ... ; ascending
   */
  record Region(long pixels, double score, int[] runs) {}

  /** Adds a run to row {@code y}; rows come in order, and so do the runs of a row. */
  void add(int y, int from, int to, double sum) {
    if (y != row) {
      previousRow = y == row + 1 ? thisRow : count;
      thisRow = count;
      row = y;
    }
    grow();
    runs[FIELDS * count] = y;
    runs[FIELDS * count + 1] = from;
    runs[FIELDS * count + 2] = to;
    sums[count] = sum;
    parents[count] = count;
    for (int above = previousRow; above < thisRow && runs[FIELDS * above + 1] <= to; above++) {
      if (runs[FIELDS * above + 2] >= from) {
        join(above, count);
      } else if (above == previousRow) {
        previousRow++; // ends before this run, so before all that follow in the row
      }
    }
    count++;
  }

  private void grow() {
    if (count == sums.length) {
      runs = Arrays.copyOf(runs, 2 * runs.length);
      sums = Arrays.copyOf(sums, 2 * count);
      parents = Arrays.copyOf(parents, 2 * count);
    }
  }

  private void join(int a, int b) {
    int first = root(a);
    int second = root(b);
    parents[Math.max(first, second)] = Math.min(first, second);
  }

  private int root(int run) {
    int at = run;
    while (parents[at] != at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  }

  /** All regions with so many pixels or more, by their first pixel. */
  List<Region> regions(long minPixels) {
    Map<Integer, List<Integer>> members = new TreeMap<>();
    for (int run = 0; run < count; run++) {
      members.computeIfAbsent(root(run), key -> new ArrayList<>()).add(run);
    }
    List<Region> found = new ArrayList<>();
    members.values().stream()
        .map(this::region)
        .filter(region -> region.pixels >= minPixels)
        .forEach(found::add);
    found.sort(
        Comparator.<Region>comparingInt(region -> region.runs[0])
            .thenComparingInt(region -> region.runs[1]));
    return found;
  }

  private Region region(List<Integer> members) {
    int[] own = new int[FIELDS * members.size()];
    double sum = 0;
    long pixels = 0;
    for (int i = 0; i < members.size(); i++) {
      int run = members.get(i);
      System.arraycopy(runs, FIELDS * run, own, FIELDS * i, FIELDS);
      sum += sums[run];
      pixels += own[FIELDS * i + 2] - own[FIELDS * i + 1];
    }
    return new Region(pixels, sum / pixels, own);
  }
}
