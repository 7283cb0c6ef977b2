package io.ndstream.stitch;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Sums that do not depend on the order of their terms, to the last bit. Every term is rounded to a
 * quantum, by a rule that looks at the term alone, and sums of multiples are exact: in {@link
 * FloatPairs} while terms and sums are of the size that was announced, in {@link DoublePlanes} from
 * then on, or from the start if nothing may be rounded. Not thread-safe.
 */
final class ExactSums {
  private final int rows;
  private final int columns;
  private final Precision precision;

  /** Null once there are planes. */
  private FloatPairs pairs;

  private DoublePlanes planes;

  /** Sums of 0 for rows of cells. */
  ExactSums(int rows, int columns, Precision precision) {
    this.rows = rows;
    this.columns = columns;
    this.precision = precision;
    if (FloatPairs.hold(precision)) {
      pairs = new FloatPairs(rows, columns, precision.exponent());
    } else {
      planes = new DoublePlanes(rows, columns, precision);
    }
  }

  /** Products of floats may have this size; negative for none at all. */
  static double largestFloat(Precision precision) {
    return FloatPairs.hold(precision) ? FloatPairs.largestTerm(precision.exponent()) : -1;
  }

  /**
   * Adds value times weight to each cell.
   *
   * @param values by the cells' places
   * @param weights likewise, or null for 1
   * @param largest no product is larger in size; at most {@link #largestFloat}
   */
  void add(Cells cells, float[] values, float[] weights, double largest) {
    if (pairs != null && pairs.makeRoom(cells.strip(), largest)) {
      pairs.add(cells, values, weights);
    } else {
      add(cells, rounded(cells, values, weights), largest);
    }
  }

  /** Terms as pairs round them, so that it does not matter who adds them. */
  private double[] rounded(Cells cells, float[] values, float[] weights) {
    int length = Cells.length(cells.strip(), rows, columns);
    FloatPairs alone = new FloatPairs(1, length, precision.exponent());
    alone.add(cells.alone(), values, weights);
    double[] rounded = Cells.doubles(length);
    alone.read(0, 0, length, rounded, 0, 1);
    return rounded;
  }

  /** Adds 1 to each cell. */
  void addOnes(Cells cells) {
    if (pairs != null && pairs.makeRoom(cells.strip(), 1)) {
      pairs.add(cells, 1);
    } else {
      double[] ones = Cells.doubles(Cells.length(cells.strip(), rows, columns));
      Arrays.fill(ones, 1);
      add(cells, ones, 1);
    }
  }

  /**
   * Adds terms of any size.
   *
   * @param terms by the cells' places; finite; overwritten
   * @param largest no term is larger in size
   */
  void add(Cells cells, double[] terms, double largest) {
    if (pairs != null) {
      widen();
    }
    planes.add(cells, terms, largest);
  }

  private void widen() {
    planes = new DoublePlanes(rows, columns, precision);
    for (int s = 0; s < Cells.strips(rows); s++) {
      int length = Cells.length(s, rows, columns);
      double[] sums = Cells.doubles(length);
      pairs.read(s, 0, length, sums, 0, 1);
      planes.add(new Cells(s, 0, length, 1, 0), sums, pairs.largestSum());
    }
    pairs = null;
  }

  /**
   * Puts the sums of cells {@code [at, at + count)} of a row, rounded to doubles, into every {@code
   * step}th place of {@code into} from {@code to} on.
   */
  void read(int row, int at, int count, double[] into, int to, int step) {
    int strip = row / Cells.ROWS;
    int from = row % Cells.ROWS * columns + at;
    if (pairs != null) {
      pairs.read(strip, from, count, into, to, step);
    } else {
      planes.read(strip, from, count, into, to, step);
    }
  }

  /** Memory held, in bytes. */
  long bytes() {
    return pairs != null ? pairs.bytes() : planes.bytes();
  }

  /** What {@link #write} puts out. */
  int storedBytes() {
    return 1 + (pairs != null ? pairs.storedBytes() : planes.storedBytes());
  }

  void write(ByteBuffer out) {
    out.put((byte) (pairs != null ? 1 : 0));
    if (pairs != null) {
      pairs.write(out);
    } else {
      planes.write(out);
    }
  }

  /** Into sums of 0. */
  void read(ByteBuffer in) {
    boolean stored = in.get() != 0;
    if (stored) {
      pairs.read(in);
    } else {
      pairs = null;
      planes = new DoublePlanes(rows, columns, precision);
      planes.read(in);
    }
  }
}
