package io.ndstream.index;

import java.util.Arrays;

/**
 * An R-tree without pointers over the boxes of one crowded image. The boxes are sorted along a
 * Hilbert curve in place, so that neighbours in memory are neighbours in the image; node k of a
 * level bounds the {@value #FANOUT} entries from k * {@value #FANOUT} of the level below. A box is
 * stored once, however long it is, which a quad tree cannot promise.
 */
final class PackedTree {
  static final int FANOUT = 16;
  private static final int HILBERT_BITS = 16;
  private static final int HILBERT_SIDE = (1 << HILBERT_BITS) - 1;

  private final int first;
  private final int count;

  /** Position in id order of the box at each position along the curve. */
  private final int[] ranks;

  /** Bounds of all nodes, level by level from the leaves up: left, top, right, bottom. */
  private final int[] nodes;

  /** Number of the first node of each level; the last entry is the number of nodes. */
  private final int[] levels;

  private PackedTree(int first, int count, int[] ranks, int[] nodes, int[] levels) {
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
  static PackedTree build(int[] edges, int first, int count) {
    int[] ranks = sortAlongCurve(edges, first, count);
    int[] levels = levels(count);
    int[] nodes = new int[4 * levels[levels.length - 1]];
    bound(edges, 4 * first, count, nodes, 0);
    for (int level = 1; level < levels.length - 1; level++) {
      bound(
          nodes,
          4 * levels[level - 1],
          levels[level] - levels[level - 1],
          nodes,
          4 * levels[level]);
    }
    return new PackedTree(first, count, ranks, nodes, levels);
  }

  /**
   * Offers the ranks of all boxes that touch the query, in no useful order; false if the visitor
   * stopped.
   */
  boolean visit(int[] edges, Query query, RowVisitor visitor) {
    return visitNode(levels.length - 2, 0, edges, query, visitor);
  }

  private boolean visitNode(int level, int node, int[] edges, Query query, RowVisitor visitor) {
    if (!query.meets(nodes, 4 * (levels[level] + node))) {
      return true;
    }
    int from = node * FANOUT;
    if (level == 0) {
      return visitBoxes(from, Math.min(from + FANOUT, count), edges, query, visitor);
    }
    int to = Math.min(from + FANOUT, levels[level] - levels[level - 1]);
    for (int child = from; child < to; child++) {
      if (!visitNode(level - 1, child, edges, query, visitor)) {
        return false;
      }
    }
    return true;
  }

  private boolean visitBoxes(int from, int to, int[] edges, Query query, RowVisitor visitor) {
    for (int i = from; i < to; i++) {
      if (query.meets(edges, 4 * (first + i)) && !visitor.visit(ranks[i])) {
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

  private static void bound(int[] from, int at, int count, int[] into, int start) {
    int out = start;
    for (int i = 0; i < count; i += FANOUT, out += 4) {
      int left = Query.LIMIT;
      int top = Query.LIMIT;
      int right = -Query.LIMIT;
      int bottom = -Query.LIMIT;
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

  private static int[] sortAlongCurve(int[] edges, int first, int count) {
    int[] all = new int[4];
    boundCentres(edges, first, count, all);
    double scaleX = (double) HILBERT_SIDE / Math.max(1, (double) all[2] - all[0]);
    double scaleY = (double) HILBERT_SIDE / Math.max(1, (double) all[3] - all[1]);
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      int at = 4 * (first + i);
      int x = (int) (((double) (edges[at] + edges[at + 2]) - all[0]) * scaleX);
      int y = (int) (((double) (edges[at + 1] + edges[at + 3]) - all[1]) * scaleY);
      keys[i] = hilbert(x, y) << 31 | i;
    }
    Arrays.sort(keys);
    int[] unsorted = Arrays.copyOfRange(edges, 4 * first, 4 * (first + count));
    int[] ranks = new int[count];
    for (int i = 0; i < count; i++) {
      ranks[i] = (int) (keys[i] & 0x7fffffff);
      System.arraycopy(unsorted, 4 * ranks[i], edges, 4 * (first + i), 4);
    }
    return ranks;
  }

  /** Bounds of the centres, times two; twice an edge is still an int. */
  private static void boundCentres(int[] edges, int first, int count, int[] into) {
    into[0] = Integer.MAX_VALUE;
    into[1] = Integer.MAX_VALUE;
    into[2] = Integer.MIN_VALUE;
    into[3] = Integer.MIN_VALUE;
    for (int at = 4 * first; at < 4 * (first + count); at += 4) {
      int x = edges[at] + edges[at + 2];
      int y = edges[at + 1] + edges[at + 3];
      into[0] = Math.min(into[0], x);
      into[1] = Math.min(into[1], y);
      into[2] = Math.max(into[2], x);
      into[3] = Math.max(into[3], y);
    }
  }

  /**
   * Position along the Hilbert curve of order {@value #HILBERT_BITS} (the usual rotate-and-flip
   * recurrence).
   */
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
          x = HILBERT_SIDE - x;
          y = HILBERT_SIDE - y;
        }
        int swap = x;
        x = y;
        y = swap;
      }
    }
    return d;
  }
}
