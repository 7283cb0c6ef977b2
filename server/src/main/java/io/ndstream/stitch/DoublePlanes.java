package io.ndstream.stitch;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Exact sums of terms of any size: fixed-point numbers held in doubles. Not thread-safe.
 *
 * <p>Plane k of a block of cells holds multiples of 2^(base + 40 k). A term is cut into such
 * multiples by adding and subtracting a large constant, which rounds exactly (Dekker; Demmel and
 * Nguyen use it for reproducible sums), so every addition is exact as long as a cell stays under
 * 2^53 multiples; before it might not, the upper part is carried into the plane above. Nearly all
 * data needs plane 0 alone: the cost is then that of plain double sums and two more additions.
 *
 * <p>Either nothing is lost (planes below 0 are made where a term needs them), or terms are rounded
 * to multiples of 2^base. Both are pure functions of the term.
 */
final class DoublePlanes {
  /** Bits between the quanta of neighbouring planes. */
  private static final int SPAN = 40;

  /** Bits of a double; a sum of multiples stays exact below 2^53 of them. */
  private static final int BITS = 53;

  /**
   * A term may have this many bits above the quantum: the constant 1.5 * 2^(52 + base) rounds those
   * rightly.
   */
  private static final int TERM_BITS = 50;

  private final int rows;
  private final int columns;
  private final int base;
  private final boolean keepsAll;
  private final Plane main;

  /** Other planes by number; empty nearly always. */
  private final TreeMap<Integer, Plane> others = new TreeMap<>();

  /** Sums of 0 for rows of cells. */
  DoublePlanes(int rows, int columns, Precision precision) {
    this.rows = rows;
    this.columns = columns;
    this.base = precision.exponent();
    this.keepsAll = precision.exact();
    this.main = new Plane(rows, columns, base);
  }

  /**
   * Adds terms to the cells with the same places: the compiler makes vector code only of loops that
   * use one index for all arrays.
   *
   * @param terms finite; overwritten
   * @param largest no term is larger in size
   */
  void add(Cells cells, double[] terms, double largest) {
    if (largest == 0) {
      return;
    }
    double left = largest;
    for (int k = topPlane(largest); k > 0; k--) {
      slice(k, cells, terms, left);
      left = Math.min(left, quantum(k));
    }
    if (!keepsAll) {
      makeRoom(0, cells.strip(), left);
      main.addRounded(cells, terms);
      return;
    }
    for (int k = 0; slice(k, cells, terms, left); k--) {
      left = Math.min(left, quantum(k));
    }
  }

  private int topPlane(double largest) {
    int excess = Math.getExponent(largest) + 1 - base - TERM_BITS;
    return excess <= 0 ? 0 : (excess + SPAN - 1) / SPAN;
  }

  /** Takes the multiples of a plane out of the terms; returns whether anything is left. */
  private boolean slice(int k, Cells cells, double[] terms, double largest) {
    makeRoom(k, cells.strip(), largest);
    return plane(k).addSlices(cells, terms);
  }

  /** Counts terms as added to a strip of a plane. */
  private void makeRoom(int k, int strip, double largest) {
    Plane plane = plane(k);
    if (!plane.fits(strip, largest)) {
      carry(k, strip);
    }
    plane.bounds[strip] += largest;
  }

  private void carry(int k, int strip) {
    makeRoom(k + 1, strip, plane(k).bounds[strip]);
    plane(k).carryInto(plane(k + 1), strip);
  }

  private Plane plane(int k) {
    return k == 0
        ? main
        : others.computeIfAbsent(k, key -> new Plane(rows, columns, base + SPAN * key));
  }

  private double quantum(int k) {
    return Math.scalb(1.0, base + SPAN * k);
  }

  /**
   * Puts the sums of cells {@code [at, at + count)} of a strip, rounded to doubles, into every
   * {@code step}th place of {@code into} from {@code to} on.
   */
  void read(int strip, int at, int count, double[] into, int to, int step) {
    double[] sums = main.cells[strip];
    int from = at;
    if (!others.isEmpty()) {
      sums = new double[count];
      from = 0;
      readPlanes(strip, at, count, sums);
    }
    for (int i = from, t = to; i < from + count; i++, t += step) {
      into[t] = sums[i];
    }
  }

  /**
   * Carries from below, so that the digits are those of the number, whatever carries happened
   * before; then adds from the top.
   */
  private void readPlanes(int strip, int at, int count, double[] into) {
    int lowest = Math.min(0, others.firstKey());
    int highest = Math.max(0, others.lastKey()) + 1;
    double[][] digits = new double[highest - lowest + 1][count];
    for (int k = lowest; k <= highest; k++) {
      double[] digit = digits[k - lowest];
      Plane plane = k == 0 ? main : others.get(k);
      if (plane != null) {
        for (int i = 0; i < count; i++) {
          digit[i] += plane.cells[strip][at + i];
        }
      }
      if (k < highest) {
        carryDigits(digit, digits[k + 1 - lowest], quantum(k + 1), count);
      }
    }
    for (int d = digits.length - 1; d >= 0; d--) {
      for (int i = 0; i < count; i++) {
        into[i] += digits[d][i];
      }
    }
  }

  private static void carryDigits(double[] digit, double[] next, double unit, int count) {
    for (int i = 0; i < count; i++) {
      double carried = Math.floor(digit[i] / unit) * unit;
      digit[i] -= carried;
      next[i] = carried;
    }
  }

  /** Memory held, in bytes. */
  long bytes() {
    return main.bytes() * (1 + others.size());
  }

  /** What {@link #write} puts out. */
  int storedBytes() {
    return 4 + (4 + 8 * (Cells.strips(rows) + rows * columns)) * (1 + others.size());
  }

  void write(ByteBuffer out) {
    out.putInt(1 + others.size());
    main.write(0, out);
    for (Map.Entry<Integer, Plane> other : others.entrySet()) {
      other.getValue().write(other.getKey(), out);
    }
  }

  void read(ByteBuffer in) {
    int planes = in.getInt();
    for (int i = 0; i < planes; i++) {
      plane(in.getInt()).read(in);
    }
  }

  /** Multiples of one quantum. */
  private static final class Plane {
    /** By strip. */
    final double[][] cells;

    private final int rows;
    private final int columns;
    private final int exponent;

    /** 1.5 * 2^52 quanta: adding it rounds to a multiple, half to even. */
    private final double magic;

    private final double limit;

    /** No cell of a strip is larger in size. */
    private final double[] bounds;

    Plane(int rows, int columns, int exponent) {
      this.rows = rows;
      this.columns = columns;
      this.cells = new double[Cells.strips(rows)][];
      this.bounds = new double[cells.length];
      for (int s = 0; s < cells.length; s++) {
        cells[s] = Cells.doubles(length(s));
      }
      this.exponent = exponent;
      this.magic = Math.scalb(1.5, exponent + BITS - 1);
      this.limit = Math.scalb(1.0, exponent + BITS);
    }

    private int length(int strip) {
      return Cells.length(strip, rows, columns);
    }

    long bytes() {
      return Double.BYTES * Arrays.stream(cells).mapToLong(strip -> strip.length).sum();
    }

    boolean fits(int strip, double largest) {
      return bounds[strip] + largest < limit;
    }

    void addRounded(Cells added, double[] terms) {
      double[] to = cells[added.strip()];
      for (int run = 0, at = added.from(); run < added.runs(); run++, at += added.step()) {
        addRounded(terms, to, at, at + added.count(), magic);
      }
    }

    private static void addRounded(double[] terms, double[] to, int from, int end, double magic) {
      for (int i = from; i < end; i++) {
        to[i] += (terms[i] + magic) - magic;
      }
    }

    /** Leaves in the terms what is finer; returns whether anything is. */
    boolean addSlices(Cells added, double[] terms) {
      double[] to = cells[added.strip()];
      boolean left = false;
      for (int run = 0, at = added.from(); run < added.runs(); run++, at += added.step()) {
        slice(terms, to, at, at + added.count(), magic);
        left = left || isAnyLeft(terms, at, at + added.count());
      }
      return left;
    }

    private static void slice(double[] terms, double[] to, int from, int end, double magic) {
      for (int i = from; i < end; i++) {
        double part = (terms[i] + magic) - magic;
        to[i] += part;
        terms[i] -= part;
      }
    }

    private static boolean isAnyLeft(double[] terms, int from, int end) {
      for (int i = from; i < end; i++) {
        if (terms[i] != 0) {
          return true;
        }
      }
      return false;
    }

    void carryInto(Plane above, int strip) {
      double unit = Math.scalb(1.0, above.exponent);
      carry(cells[strip], above.cells[strip], unit);
      bounds[strip] = unit;
    }

    private static void carry(double[] from, double[] to, double unit) {
      for (int i = 0; i < from.length; i++) {
        double part = Math.rint(from[i] / unit) * unit;
        to[i] += part;
        from[i] -= part;
      }
    }

    void write(int k, ByteBuffer out) {
      out.putInt(k);
      DoubleBuffer doubles = out.asDoubleBuffer().put(bounds);
      for (int s = 0; s < cells.length; s++) {
        doubles.put(cells[s], 0, length(s));
      }
      out.position(out.position() + Double.BYTES * doubles.position());
    }

    void read(ByteBuffer in) {
      DoubleBuffer doubles = in.asDoubleBuffer().get(bounds);
      for (int s = 0; s < cells.length; s++) {
        doubles.get(cells[s], 0, length(s));
      }
      in.position(in.position() + Double.BYTES * doubles.position());
    }
  }
}
