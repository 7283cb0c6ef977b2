package io.ndstream.coco;

import java.util.Arrays;

/**
 * The coordinates of one ring as they are read. When only checking, nothing is stored: a ring of
 * any length takes no memory.
 */
final class Ring {
  private static final String TOO_FEW = "a polygon needs at least 3 points, found ";

  private final boolean keep;
  private double[] values;
  private int count;
  private final double[] distinct = new double[4];
  private int points;
  private double pendingX;

  Ring(boolean keep) {
    this.keep = keep;
    this.values = new double[keep ? 16 : 0];
  }

  void clear() {
    count = 0;
    points = 0;
  }

  int count() {
    return count;
  }

  /** Takes the number the cursor stands on; x and y alternate. */
  void add(JsonCursor cursor, Where where) throws BadValue {
    if (!cursor.atNumber()) {
      throw new BadValue(
          IssueCode.SEG_POLYGON,
          where,
          "coordinate " + count + " is not a number: " + cursor.found());
    }
    take(cursor.doubleValue(), where);
    count++;
  }

  private void take(double value, Where where) throws BadValue {
    if (!Double.isFinite(value)) {
      String what = Double.isNaN(value) ? "NaN" : "infinite";
      throw new BadValue(IssueCode.SEG_POLYGON, where, "coordinate " + count + " is " + what);
    }
    if (keep) {
      if (count == values.length) {
        values = Arrays.copyOf(values, count * 2);
      }
      values[count] = value;
    }
    if ((count & 1) == 0) {
      pendingX = value;
    } else if (points < 3) {
      note(pendingX, value);
    }
  }

  private void note(double x, double y) {
    for (int i = 0; i < points; i++) {
      if (distinct[2 * i] == x && distinct[2 * i + 1] == y) {
        return;
      }
    }
    if (points < 2) {
      distinct[2 * points] = x;
      distinct[2 * points + 1] = y;
    }
    points++;
  }

  /**
   * Ends the ring.
   *
   * @return x, y, x, y, …; empty when only checking
   */
  double[] end(Findings findings, Where where) throws BadValue {
    if ((count & 1) != 0) {
      throw new BadValue(IssueCode.SEG_POLYGON, where, "odd number of coordinates (" + count + ")");
    }
    if (points == 0) {
      throw new BadValue(IssueCode.SEG_POLYGON, where, TOO_FEW + points);
    }
    if (points < 3) {
      findings.degenerate(IssueCode.SEG_POLYGON, where, TOO_FEW + points);
    }
    double[] ring = keep ? Arrays.copyOf(values, count) : values;
    clear();
    return ring;
  }
}
