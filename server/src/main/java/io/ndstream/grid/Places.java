package io.ndstream.grid;

import io.ndstream.coco.Annotations;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;

/**
 * The places of a window on one frame, as boxes in pixels of the image, and the rectangle of places
 * that one annotation touches. The rectangle is set by {@link #touchedBy} and read by the methods
 * after it; an instance belongs to one thread.
 */
final class Places {
  private final double[] windowLeft;
  private final double[] windowTop;
  private final int width;
  private final int height;
  private final Affine imageFromGrid;
  private final boolean strict;

  /** Edges in the image of each column and row of places; of use only without rotation. */
  private final double[] left;

  private final double[] right;
  private final double[] top;
  private final double[] bottom;
  private int firstColumn;
  private int lastColumn;
  private int firstRow;
  private int lastRow;

  Places(SlidingWindow slider, Affine imageFromGrid, boolean strict) {
    int x = slider.axes() - 1;
    this.windowLeft = starts(slider, x);
    this.windowTop = starts(slider, x - 1);
    this.width = slider.size(x);
    this.height = slider.size(x - 1);
    this.imageFromGrid = imageFromGrid;
    this.strict = strict;
    this.left = new double[windowLeft.length];
    this.right = new double[windowLeft.length];
    this.top = new double[windowTop.length];
    this.bottom = new double[windowTop.length];
    for (int i = 0; i < left.length; i++) {
      Box box = imageFromGrid.bounds(Box.ofXywh(windowLeft[i], 0, width, height));
      left[i] = box.left();
      right[i] = box.right();
    }
    for (int i = 0; i < top.length; i++) {
      Box box = imageFromGrid.bounds(Box.ofXywh(0, windowTop[i], width, height));
      top[i] = box.top();
      bottom[i] = box.bottom();
    }
  }

  private static double[] starts(SlidingWindow slider, int axis) {
    double[] starts = new double[slider.count(axis)];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = slider.start(axis, i);
    }
    return starts;
  }

  int count() {
    return windowLeft.length * windowTop.length;
  }

  /** Bounds of a place in the image. */
  Box box(int place) {
    int column = place % windowLeft.length;
    int row = place / windowLeft.length;
    return imageFromGrid.bounds(Box.ofXywh(windowLeft[column], windowTop[row], width, height));
  }

  /** Sets the rectangle to the places a box touches, turned the right way round. */
  void touchedBy(double x, double y, double w, double h) {
    double low = Math.min(x, x + w);
    double high = Math.max(x, x + w);
    firstColumn = first(left, right, low, high);
    lastColumn = firstColumn < 0 ? -2 : last(left, right, low, high);
    low = Math.min(y, y + h);
    high = Math.max(y, y + h);
    firstRow = first(top, bottom, low, high);
    lastRow = firstRow < 0 ? -2 : last(top, bottom, low, high);
  }

  /** Sets the rectangle to one place. */
  void only(int place) {
    firstColumn = place % windowLeft.length;
    lastColumn = firstColumn;
    firstRow = place / windowLeft.length;
    lastRow = firstRow;
  }

  boolean isEmpty() {
    return lastColumn < firstColumn || lastRow < firstRow;
  }

  void mark(byte[] marks, byte bit) {
    for (int row = firstRow; row <= lastRow; row++) {
      for (int at = row * left.length + firstColumn, end = row * left.length + lastColumn;
          at <= end;
          at++) {
        marks[at] |= bit;
      }
    }
  }

  /**
   * The first interval that meets [low, high], or -1. Intervals ascend or, where the warp mirrors,
   * descend; so those that meet adjoin.
   */
  private int first(double[] from, double[] to, double low, double high) {
    int i = from.length > 1 && from[1] > from[0] ? firstEndingAtOrAfter(to, low) : 0;
    while (i < from.length && !meets(from[i], to[i], low, high)) {
      if (from.length > 1 && from[1] > from[0] && from[i] > high) {
        return -1;
      }
      i++;
    }
    return i < from.length ? i : -1;
  }

  private int last(double[] from, double[] to, double low, double high) {
    int i = first(from, to, low, high);
    while (i + 1 < from.length && meets(from[i + 1], to[i + 1], low, high)) {
      i++;
    }
    return i;
  }

  private static int firstEndingAtOrAfter(double[] to, double low) {
    int from = 0;
    int end = to.length;
    while (from < end) {
      int middle = (from + end) >>> 1;
      if (to[middle] < low) {
        from = middle + 1;
      } else {
        end = middle;
      }
    }
    return from;
  }

  private boolean meets(double from, double to, double low, double high) {
    return strict ? from < high && to > low : from <= high && to >= low;
  }

  /** Whether an annotation has more than an edge in common with a box. */
  static boolean overlap(Annotations a, int row, Box box) {
    double x2 = a.x(row) + a.width(row);
    double y2 = a.y(row) + a.height(row);
    return Math.min(a.x(row), x2) < box.right()
        && Math.max(a.x(row), x2) > box.left()
        && Math.min(a.y(row), y2) < box.bottom()
        && Math.max(a.y(row), y2) > box.top();
  }
}
