package io.ndstream.toy;

import io.ndstream.geom.Affine;
import java.util.Arrays;
import java.util.List;

/**
 * What share of each pixel a shape covers, for edges without steps: exact widths along a few lines
 * through each row of pixels.
 */
final class Coverage {
  private static final int LINES = 4;

  private final int width;
  private final int height;
  private final float[] shares;
  private double[] crossings = new double[32];
  private int count;

  Coverage(int width, int height) {
    this.width = width;
    this.height = height;
    this.shares = new float[width];
  }

  /** Receives the pixels of a row that a shape touches. */
  interface Row {
    /**
     * @param shares in [0, 1], by column; those of [from, to) count
     */
    void paint(int row, int from, int to, float[] shares);
  }

  /** Covers all rings together by the even-odd rule. */
  void of(List<double[]> rings, Affine map, Row painter) {
    List<double[]> mapped = rings.stream().map(ring -> mapped(ring, map)).toList();
    double top = mapped.stream().mapToDouble(ring -> bound(ring, 1, false)).min().orElse(0);
    double bottom = mapped.stream().mapToDouble(ring -> bound(ring, 1, true)).max().orElse(0);
    double left = mapped.stream().mapToDouble(ring -> bound(ring, 0, false)).min().orElse(0);
    double right = mapped.stream().mapToDouble(ring -> bound(ring, 0, true)).max().orElse(0);
    int from = clamp(Math.floor(left), width);
    int to = clamp(Math.ceil(right), width);
    for (int row = clamp(Math.floor(top), height);
        row < clamp(Math.ceil(bottom), height) && from < to;
        row++) {
      Arrays.fill(shares, from, to, 0);
      for (int line = 0; line < LINES; line++) {
        cross(mapped, row + (line + 0.5) / LINES);
      }
      painter.paint(row, from, to, shares);
    }
  }

  private void cross(List<double[]> rings, double y) {
    count = 0;
    for (double[] ring : rings) {
      for (int i = 0, before = ring.length - 2; i < ring.length; before = i, i += 2) {
        double ya = ring[before + 1];
        double yb = ring[i + 1];
        if ((ya <= y) != (yb <= y)) {
          add(ring[before] + (y - ya) * (ring[i] - ring[before]) / (yb - ya));
        }
      }
    }
    Arrays.sort(crossings, 0, count);
    for (int i = 0; i + 1 < count; i += 2) {
      span(Math.max(0, crossings[i]), Math.min(width, crossings[i + 1]));
    }
  }

  private void add(double x) {
    if (count == crossings.length) {
      crossings = Arrays.copyOf(crossings, 2 * count);
    }
    crossings[count++] = x;
  }

  private void span(double from, double to) {
    for (int column = (int) from; column < to; column++) {
      shares[column] += (float) ((Math.min(to, column + 1) - Math.max(from, column)) / LINES);
    }
  }

  private static double[] mapped(double[] ring, Affine map) {
    double[] xy = new double[ring.length];
    for (int i = 0; i < xy.length; i += 2) {
      xy[i] = map.x(ring[i], ring[i + 1]);
      xy[i + 1] = map.y(ring[i], ring[i + 1]);
    }
    return xy;
  }

  private static double bound(double[] ring, int axis, boolean highest) {
    double bound = ring[axis];
    for (int i = axis; i < ring.length; i += 2) {
      bound = highest ? Math.max(bound, ring[i]) : Math.min(bound, ring[i]);
    }
    return bound;
  }

  private static int clamp(double value, int bound) {
    return (int) Math.max(0, Math.min(bound, value));
  }
}
