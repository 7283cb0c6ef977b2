package io.ndstream.annot;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import java.util.Arrays;

/**
 * Paints shapes onto label images. A pixel belongs to a polygon if its centre lies inside by the
 * even-odd rule over all rings of this polygon; of a centre exactly on an edge, the left and upper
 * edges are inside. A mask is mapped itself: the pixel takes the cell its centre falls into. Keeps
 * its scratch memory; belongs to one thread at a time.
 */
final class Painter {
  /**
   * Of all rows with one polygon's edges: far beyond any outline, short of a zigzag made to take
   * all memory.
   */
  private static final int MAX_CROSSINGS = 1 << 24;

  private int[] rowEnds = new int[0];
  private double[] crossings = new double[0];

  /** Paints polygon {@code polygon} of {@code shapes}. */
  void paintPolygon(
      AnnotationColumns shapes, int polygon, Labels on, int classValue, int instanceValue) {
    int firstRing = shapes.rings().start(polygon);
    int lastRing = shapes.rings().end(polygon);
    if (rowEnds.length < on.height() + 1) {
      rowEnds = new int[on.height() + 1];
    }
    Arrays.fill(rowEnds, 0, on.height() + 1, 0);
    // Two walks over the edges: count the crossings of each row, then put each where its row's
    // begin.
    for (int ring = firstRing; ring < lastRing; ring++) {
      walk(shapes, ring, on.height(), true);
    }
    int total = startRows(on.height());
    if (total == 0) {
      return;
    }
    for (int ring = firstRing; ring < lastRing; ring++) {
      walk(shapes, ring, on.height(), false);
    }
    for (int row = 0, start = 0; row < on.height(); start = rowEnds[row], row++) {
      fillRow(row, start, rowEnds[row], on, classValue, instanceValue);
    }
  }

  private int startRows(int height) {
    long total = 0;
    for (int row = 0; row < height; row++) {
      int count = rowEnds[row];
      rowEnds[row] = (int) total;
      total += count;
      if (total > MAX_CROSSINGS) {
        throw LoaderException.of(
            Reason.OVER_BUDGET, "polygon edges met by rows", total, "limit", MAX_CROSSINGS);
      }
    }
    if (crossings.length < total) {
      crossings = new double[(int) Math.max(total, 2L * crossings.length)];
    }
    return (int) total;
  }

  private void walk(AnnotationColumns shapes, int ring, int height, boolean counting) {
    int start = shapes.points().start(ring);
    int end = shapes.points().end(ring);
    Doubles xy = shapes.xy();
    for (int p = start, before = end - 1; p < end; before = p, p++) {
      edge(
          xy.get(2 * before),
          xy.get(2 * before + 1),
          xy.get(2 * p),
          xy.get(2 * p + 1),
          height,
          counting);
    }
  }

  /**
   * Counts or keeps where an edge crosses the centre lines of rows; the upper end belongs to the
   * edge, the lower does not.
   */
  private void edge(double xa, double ya, double xb, double yb, int height, boolean counting) {
    int from = firstCentreFrom(Math.min(ya, yb), height);
    int to = firstCentreFrom(Math.max(ya, yb), height);
    for (int row = from; row < to; row++) {
      if (counting) {
        rowEnds[row]++;
      } else {
        crossings[rowEnds[row]++] = xa + (row + 0.5 - ya) * (xb - xa) / (yb - ya);
      }
    }
  }

  private void fillRow(int row, int start, int end, Labels on, int classValue, int instanceValue) {
    Arrays.sort(crossings, start, end);
    for (int i = start; i + 1 < end; i += 2) {
      int from = firstCentreFrom(crossings[i], on.width());
      int to = firstCentreFrom(crossings[i + 1], on.width());
      on.span(row, from, to, classValue, instanceValue);
    }
  }

  /**
   * The first of {@code count} pixels whose centre is at {@code edge} or after it; {@code count} if
   * there is none.
   */
  private static int firstCentreFrom(double edge, int count) {
    return (int) Math.max(0, Math.min(count, Math.ceil(edge - 0.5)));
  }

  /** Paints the mask under a map. */
  void paintMask(Mask mask, Affine labelsFromImage, Labels on, int classValue, int instanceValue) {
    Affine back = labelsFromImage.inverse();
    Box reach = labelsFromImage.bounds(Box.ofXywh(mask.x(), mask.y(), mask.width(), mask.height()));
    int left = firstCentreFrom(reach.left(), on.width());
    int right = firstCentreFrom(reach.right(), on.width());
    int bottom = firstCentreFrom(reach.bottom(), on.height());
    for (int row = firstCentreFrom(reach.top(), on.height()); row < bottom; row++) {
      for (int column = left; column < right; column++) {
        double x = back.x(column + 0.5, row + 0.5);
        double y = back.y(column + 0.5, row + 0.5);
        if (mask.isSet((int) Math.floor(x), (int) Math.floor(y))) {
          on.span(row, column, column + 1, classValue, instanceValue);
        }
      }
    }
  }

  /** Paints the pixels whose centre comes from outside a rectangle of the image. */
  void paintOutside(
      Box canvas, Affine labelsFromImage, Labels on, int classValue, int instanceValue) {
    Affine back = labelsFromImage.inverse();
    Box seen = back.bounds(new Box(0, 0, on.width(), on.height()));
    if (seen.left() >= canvas.left()
        && seen.top() >= canvas.top()
        && seen.right() <= canvas.right()
        && seen.bottom() <= canvas.bottom()) {
      return; // the usual case
    }
    for (int row = 0; row < on.height(); row++) {
      for (int column = 0; column < on.width(); column++) {
        double x = back.x(column + 0.5, row + 0.5);
        double y = back.y(column + 0.5, row + 0.5);
        boolean inside =
            x >= canvas.left() && x < canvas.right() && y >= canvas.top() && y < canvas.bottom();
        if (!inside) {
          on.span(row, column, column + 1, classValue, instanceValue);
        }
      }
    }
  }
}
