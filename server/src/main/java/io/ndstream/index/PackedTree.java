package io.ndstream.index;

import java.util.Arrays;

/**
 * An R-tree without pointers over the boxes of one crowded image. The boxes are sorted along a Hilbert curve in place, so that
 * neighbours in memory are neighbours in the image; node k of a level bounds the {@value #FANOUT} entries from k * {@value #FANOUT} of
 * the level below. A box is stored once, however long it is, which a quad tree cannot promise.
 */
final class PackedTree {
  static final int FANOUT = 16;
  private static final int HILBERT_BITS = 16;

  private final int first;
  private final int count;
  /** Position in id order of the box at each position along the curve. */
  private final int[] ranks;
  /** Bounds of all nodes, level by level from the leaves up: left, top, right, bottom. */
  private final double[] nodes;
  /** Number of the first node of each level; the last entry is the number of nodes. */
  private final int[] levels;

  private PackedTree(int first, int count, int[] ranks, double[] nodes, int[] levels) {
    this.first = first;
    this.count = count;
    this.ranks = ranks;
    this.nodes = nodes;
    this.levels = levels;
  }

  /**
   * Sorts {@code count} boxes of {@code edges} in place, from slot {@code first} on.
   *
   * @param edges left, top, right, bottom of every slot, left <= right and top <= bottom
   */
  static PackedTree build(double[] edges, int first, int count) {
    int[] ranks = sortAlongCurve(edges, first, count);
    int[] levels = levels(count);
    double[] nodes = new double[4 * levels[levels.length - 1]];
    bound(edges, 4 * first, count, nodes, 0);
    for (int level = 1; level < levels.length - 1; level++) {
      bound(nodes, 4 * levels[level - 1], levels[level] - levels[level - 1], nodes, 4 * levels[level]);
    }
    return new PackedTree(first, count, ranks, nodes, levels);
  }

  /** Offers the ranks of all boxes that touch the query, in no useful order; false if the visitor stopped. */
  boolean visit(double[] edges, double left, double top, double right, double bottom, RowVisitor visitor) {
    return visitNode(levels.length - 2, 0, edges, left, top, right, bottom, visitor);
  }

  private boolean visitNode(
      int level, int node, double[] edges, double left, double top, double right, double bottom, RowVisitor visitor) {
    int at = 4 * (levels[level] + node);
    if (!(nodes[at] <= right && nodes[at + 2] >= left && nodes[at + 1] <= bottom && nodes[at + 3] >= top)) {
      return true;
    }
    int from = node * FANOUT;
    if (level == 0) {
      return visitBoxes(from, Math.min(from + FANOUT, count), edges, left, top, right, bottom, visitor);
    }
    int to = Math.min(from + FANOUT, levels[level] - levels[level - 1]);
    for (int child = from; child < to; child++) {
      if (!visitNode(level - 1, child, edges, left, top, right, bottom, visitor)) {
        return false;
      }
    }
    return true;
  }

  private boolean visitBoxes(
      int from, int to, double[] edges, double left, double top, double right, double bottom, RowVisitor visitor) {
    for (int i = from, at = 4 * (first + from); i < to; i++, at += 4) {
      if (edges[at] <= right && edges[at + 2] >= left && edges[at + 1] <= bottom && edges[at + 3] >= top
          && !visitor.visit(ranks[i])) {
        return false;
      }
    }
    return true;
  }

  private static int[] levels(int count) {
    int[] levels = new int[16];
    int level = 0;
    int below = count;
    do {
      below = (below + FANOUT - 1) / FANOUT;
      levels[level + 1] = levels[level] + below;
      level++;
    } while (below > 1);
    return Arrays.copyOf(levels, level + 1);
  }

  private static void bound(double[] from, int at, int count, double[] into, int start) {
    int out = start;
    for (int i = 0; i < count; i += FANOUT, out += 4) {
      double left = Double.POSITIVE_INFINITY;
      double top = Double.POSITIVE_INFINITY;
      double right = Double.NEGATIVE_INFINITY;
      double bottom = Double.NEGATIVE_INFINITY;
      int end = Math.min(i + FANOUT, count);
      for (int k = at + 4 * i; k < at + 4 * end; k += 4) {
        left = Math.min(left, from[k]);
        top = Math.min(top, from[k + 1]);
        right = Math.max(right, from[k + 2]);
        bottom = Math.max(bottom, from[k + 3]);
      }
      into[out] = left;
      into[out + 1] = top;
      into[out + 2] = right;
      into[out + 3] = bottom;
    }
  }

  private static int[] sortAlongCurve(double[] edges, int first, int count) {
    double[] all = new double[4];
    boundCentres(edges, first, count, all);
    double scaleX = ((1 << HILBERT_BITS) - 1) / Math.max(all[2] - all[0], Double.MIN_NORMAL);
    double scaleY = ((1 << HILBERT_BITS) - 1) / Math.max(all[3] - all[1], Double.MIN_NORMAL);
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      int at = 4 * (first + i);
      int x = (int) ((edges[at] / 2 + edges[at + 2] / 2 - all[0]) * scaleX);
      int y = (int) ((edges[at + 1] / 2 + edges[at + 3] / 2 - all[1]) * scaleY);
      keys[i] = hilbert(x & 0xffff, y & 0xffff) << 31 | i;
    }
    Arrays.sort(keys);
    double[] unsorted = Arrays.copyOfRange(edges, 4 * first, 4 * (first + count));
    int[] ranks = new int[count];
    for (int i = 0; i < count; i++) {
      ranks[i] = (int) (keys[i] & 0x7fffffff);
      System.arraycopy(unsorted, 4 * ranks[i], edges, 4 * (first + i), 4);
    }
    return ranks;
  }

  private static void boundCentres(double[] edges, int first, int count, double[] into) {
    into[0] = Double.POSITIVE_INFINITY;
    into[1] = Double.POSITIVE_INFINITY;
    into[2] = Double.NEGATIVE_INFINITY;
    into[3] = Double.NEGATIVE_INFINITY;
    for (int at = 4 * first; at < 4 * (first + count); at += 4) {
      double x = edges[at] / 2 + edges[at + 2] / 2;
      double y = edges[at + 1] / 2 + edges[at + 3] / 2;
      into[0] = Math.min(into[0], x);
      into[1] = Math.min(into[1], y);
      into[2] = Math.max(into[2], x);
      into[3] = Math.max(into[3], y);
    }
  }

  /** Position along the Hilbert curve of order {@value #HILBERT_BITS} (the usual rotate-and-flip recurrence). */
  private static long hilbert(int px, int py) {
    int x = px;
    int y = py;
    long d = 0;
    for (int s = 1 << (HILBERT_BITS - 1); s > 0; s >>= 1) {
      int rx = (x & s) != 0 ? 1 : 0;
      int ry = (y & s) != 0 ? 1 : 0;
      d += (long) s * s * ((3 * rx) ^ ry);
      if (ry == 0) {
        if (rx == 1) {
          x = (1 << HILBERT_BITS) - 1 - x;
          y = (1 << HILBERT_BITS) - 1 - y;
        }
        int swap = x;
        x = y;
        y = swap;
      }
    }
    return d;
  }
}
