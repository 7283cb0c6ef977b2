package io.ndstream.stitch;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sums that do not depend on the order of their terms, to the last bit: fixed-point numbers held in doubles. Not thread-safe.
 *
 * <p>Plane k of a block of cells holds multiples of 2^(base + 40 k). A term is cut into such multiples by adding and subtracting a large
 * constant, which rounds exactly (Dekker; Demmel and Nguyen use it for reproducible sums), so every addition is exact as long as a cell
 * stays under 2^53 multiples; before it might not, the upper part is carried into the plane above. Nearly all data needs plane 0 alone:
 * the cost is then that of plain double sums and two more additions.
 *
 * <p>Either nothing is lost (planes below 0 are made where a term needs them), or terms are rounded to multiples of 2^base. Both are pure
 * functions of the term.
 */
final class ExactSums {
  /** Bits between the quanta of neighbouring planes. */
  private static final int SPAN = 40;
  /** Bits of a double; a sum of multiples stays exact below 2^53 of them. */
  private static final int BITS = 53;
  /** A term may have this many bits above the quantum: the constant 1.5 * 2^(52 + base) rounds those rightly. */
  private static final int TERM_BITS = 50;

  private final int cells;
  private final int base;
  private final boolean keepsAll;
  private final Plane main;
  /** Other planes by number; empty nearly always. */
  private final TreeMap<Integer, Plane> others = new TreeMap<>();

  ExactSums(int cells, Precision precision) {
    this.cells = cells;
    this.base = precision.exponent();
    this.keepsAll = precision.exact();
    this.main = new Plane(cells, base);
  }

  /**
   * Adds terms to cells {@code [at, at + count)}. One call a row: no cell may appear twice in the rows of one window, between two calls of
   * {@link #nextWindow}.
   *
   * @param terms finite; overwritten
   * @param largest no term is larger in size
   */
  void add(double[] terms, int count, int at, double largest) {
    if (largest == 0) {
      return;
    }
    double left = largest;
    for (int k = topPlane(largest); k > 0; k--) {
      slice(k, terms, count, at, left);
      left = Math.min(left, quantum(k));
    }
    if (!keepsAll) {
      makeRoom(0, main, left);
      main.addRounded(terms, count, at);
      return;
    }
    for (int k = 0; slice(k, terms, count, at, left); k--) {
      left = Math.min(left, quantum(k));
    }
  }

  /** Whether terms of this size go the fast way, through the methods that take floats. */
  boolean takesFloats(double largest) {
    return !keepsAll && topPlane(largest) == 0;
  }

  /**
   * The same, term i being the float of {@code bits[i]}, read, rounded and added in one pass over memory.
   */
  void addFloats(int[] bits, int count, int at, double largest) {
    makeRoom(0, main, largest);
    double m = main.magic;
    double[] to = main.cells;
    for (int i = 0; i < count; i++) {
      to[at + i] += (Float.intBitsToFloat(bits[i]) + m) - m;
    }
  }

  /** The same with a weight for every {@code bands} terms. */
  void addFloats(int[] bits, double[] weights, int bands, int count, int at, double largest) {
    makeRoom(0, main, largest);
    double m = main.magic;
    double[] to = main.cells;
    if (bands == 1) {
      for (int i = 0; i < count; i++) {
        to[at + i] += (Float.intBitsToFloat(bits[i]) * weights[i] + m) - m;
      }
      return;
    }
    if (bands == 3) { // by hand: the compiler makes little of inner loops this short
      for (int i = 0, t = 0; t < count; i++, t += 3) {
        double weight = weights[i];
        to[at + t] += (Float.intBitsToFloat(bits[t]) * weight + m) - m;
        to[at + t + 1] += (Float.intBitsToFloat(bits[t + 1]) * weight + m) - m;
        to[at + t + 2] += (Float.intBitsToFloat(bits[t + 2]) * weight + m) - m;
      }
      return;
    }
    for (int i = 0, t = 0; t < count; i++) {
      double weight = weights[i];
      for (int b = 0; b < bands; b++, t++) {
        to[at + t] += (Float.intBitsToFloat(bits[t]) * weight + m) - m;
      }
    }
  }

  /** The same for terms that are multiples of the quantum already, of a size that {@link #takesFloats}. */
  void addMultiples(double[] terms, int count, int at, double largest) {
    makeRoom(0, main, largest);
    double[] to = main.cells;
    for (int i = 0; i < count; i++) {
      to[at + i] += terms[i];
    }
  }

  /** Bounds are kept a window, not a row: say when the next begins. */
  void nextWindow() {
    main.nextWindow();
    others.values().forEach(Plane::nextWindow);
  }

  private int topPlane(double largest) {
    int excess = Math.getExponent(largest) + 1 - base - TERM_BITS;
    return excess <= 0 ? 0 : (excess + SPAN - 1) / SPAN;
  }

  /** Takes the multiples of a plane out of the terms; returns whether anything is left. */
  private boolean slice(int k, double[] terms, int count, int at, double largest) {
    Plane plane = plane(k);
    makeRoom(k, plane, largest);
    return plane.addSlices(terms, count, at);
  }

  private void makeRoom(int k, Plane plane, double largest) {
    if (!plane.fits(largest)) {
      carry(k, plane);
    }
    plane.current = Math.max(plane.current, largest);
  }

  private void carry(int k, Plane plane) {
    Plane above = plane(k + 1);
    double most = plane.bound + plane.current;
    if (!above.fits(most)) {
      carry(k + 1, above);
    }
    above.bound += most;
    plane.carryInto(above);
  }

  private Plane plane(int k) {
    return k == 0 ? main : others.computeIfAbsent(k, key -> new Plane(cells, base + SPAN * key));
  }

  private double quantum(int k) {
    return Math.scalb(1.0, base + SPAN * k);
  }

  /** The sums of cells {@code [at, at + count)}, rounded to doubles. */
  void read(int at, int count, double[] into) {
    System.arraycopy(main.cells, at, into, 0, count);
    if (!others.isEmpty()) {
      readPlanes(at, count, into);
    }
  }

  /** Carries from below, so that the digits are those of the number, whatever carries happened before; then adds from the top. */
  private void readPlanes(int at, int count, double[] into) {
    int lowest = Math.min(0, others.firstKey());
    int highest = Math.max(0, others.lastKey()) + 1;
    double[][] digits = new double[highest - lowest + 1][count];
    for (int k = lowest; k <= highest; k++) {
      double[] digit = digits[k - lowest];
      Plane plane = k == 0 ? main : others.get(k);
      if (plane != null) {
        for (int i = 0; i < count; i++) {
          digit[i] += plane.cells[at + i];
        }
      }
      if (k < highest) {
        carryDigits(digit, digits[k + 1 - lowest], quantum(k + 1), count);
      }
    }
    Arrays.fill(into, 0, count, 0);
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
    return 8L * cells * (1 + others.size());
  }

  /** What {@link #write} puts out. */
  int storedBytes() {
    return 4 + (4 + 8 + 8 * cells) * (1 + others.size());
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
    final double[] cells;
    private final int exponent;
    /** 1.5 * 2^52 quanta: adding it rounds to a multiple, half to even. */
    private final double magic;
    private final double limit;
    /** No cell is larger in size, the rows of the present window left aside. */
    private double bound;
    /** The largest term of the present window. */
    private double current;

    Plane(int cells, int exponent) {
      this.cells = new double[cells];
      this.exponent = exponent;
      this.magic = Math.scalb(1.5, exponent + BITS - 1);
      this.limit = Math.scalb(1.0, exponent + BITS);
    }

    boolean fits(double largest) {
      return bound + Math.max(current, largest) < limit;
    }

    void nextWindow() {
      bound += current;
      current = 0;
    }

    void addRounded(double[] terms, int count, int at) {
      double m = magic;
      double[] to = cells;
      for (int i = 0; i < count; i++) {
        to[at + i] += (terms[i] + m) - m;
      }
    }

    boolean addSlices(double[] terms, int count, int at) {
      double m = magic;
      double[] to = cells;
      for (int i = 0; i < count; i++) {
        double part = (terms[i] + m) - m;
        to[at + i] += part;
        terms[i] -= part;
      }
      for (int i = 0; i < count; i++) {
        if (terms[i] != 0) {
          return true;
        }
      }
      return false;
    }

    void carryInto(Plane above) {
      double unit = Math.scalb(1.0, above.exponent);
      for (int i = 0; i < cells.length; i++) {
        double part = Math.rint(cells[i] / unit) * unit;
        above.cells[i] += part;
        cells[i] -= part;
      }
      bound = unit;
      current = 0;
    }

    void write(int k, ByteBuffer out) {
      out.putInt(k).putDouble(bound + current);
      out.asDoubleBuffer().put(cells);
      out.position(out.position() + 8 * cells.length);
    }

    void read(ByteBuffer in) {
      bound = in.getDouble();
      current = 0;
      in.asDoubleBuffer().get(cells);
      in.position(in.position() + 8 * cells.length);
    }
  }
}
