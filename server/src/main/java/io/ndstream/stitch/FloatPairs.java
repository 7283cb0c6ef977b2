package io.ndstream.stitch;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Exact sums of a few terms of known size, each a pair of floats: {@code upper}, a multiple of a
 * coarse quantum, and {@code lower}, a multiple of a fine one. Together they are the fixed-point
 * number that {@link DoublePlanes} keeps in one double, with the same quantum; but floats are added
 * as they come, twice as many to a vector. Not thread-safe.
 *
 * <p>With q the fine quantum: terms are at most 2^42 q, coarse quanta are 2^22 q, so a term leaves
 * at most a little more than 2^21 q for the lower half, and six of them fit beside what was there
 * before the lower half is carried into the upper. Sums are below 2^46 q. Either half then stays
 * within the 24 bits of a float.
 */
final class FloatPairs {
  private static final int TERM_BITS = 42;
  private static final int COARSE_BITS = 22;

  /** Floats hold all integers up to 2^24; adding 1.5 * 2^23 rounds those up to 2^22. */
  private static final int FLOAT_BITS = 24;

  /** Terms a strip takes until it must be carried. */
  private static final int UNCARRIED = 6;

  /** Quanta with these exponents leave room for the constants that round, and for rests. */
  private static final int LEAST_EXPONENT = -100;

  private static final int LARGEST_EXPONENT = 60;

  private final int rows;
  private final int columns;

  /** By strip. */
  private final float[][] upper;

  private final float[][] lower;

  /** No cell of a strip is larger in size. */
  private final double[] bounds;

  /** Terms added to a strip since it was carried. */
  private final int[] uncarried;

  private final double coarseQuantum;
  private final double limit;

  /** 1.5 * 2^23 quanta: adding it rounds a float to a multiple of the quantum, half to even. */
  private final float coarse;

  private final float fine;

  /**
   * @param exponent of the fine quantum
   */
  FloatPairs(int rows, int columns, int exponent) {
    int strips = Cells.strips(rows);
    this.rows = rows;
    this.columns = columns;
    this.upper = new float[strips][];
    this.lower = new float[strips][];
    this.bounds = new double[strips];
    this.uncarried = new int[strips];
    for (int s = 0; s < strips; s++) {
      upper[s] = Cells.floats(length(s));
      lower[s] = Cells.floats(length(s));
    }
    this.coarseQuantum = Math.scalb(1.0, exponent + COARSE_BITS);
    this.limit =
        (Math.scalb(1.0, FLOAT_BITS) - Math.scalb(1.0, FLOAT_BITS - COARSE_BITS + 1))
            * coarseQuantum;
    this.coarse = Math.scalb(1.5f, exponent + COARSE_BITS + FLOAT_BITS - 1);
    this.fine = Math.scalb(1.5f, exponent + FLOAT_BITS - 1);
  }

  private int length(int strip) {
    return Cells.length(strip, rows, columns);
  }

  /** Whether sums of this precision can be pairs at all. */
  static boolean hold(Precision precision) {
    return !precision.exact()
        && precision.exponent() >= LEAST_EXPONENT
        && precision.exponent() <= LARGEST_EXPONENT;
  }

  /** No term may be larger in size. */
  static double largestTerm(int exponent) {
    return Math.scalb(1.0, exponent + TERM_BITS);
  }

  /** No sum is larger in size. */
  double largestSum() {
    return limit;
  }

  /** Whether terms of this size can be added to a strip; then they are counted as added. */
  boolean makeRoom(int strip, double largest) {
    if (bounds[strip] + largest > limit) {
      bounds[strip] = largestCell(strip);
    }
    if (bounds[strip] + largest > limit) {
      return false;
    }
    bounds[strip] += largest;
    return true;
  }

  private double largestCell(int strip) {
    carry(strip);
    float most = 0;
    for (float sum : upper[strip]) {
      most = Math.max(most, Math.abs(sum));
    }
    return most + coarseQuantum;
  }

  /**
   * Adds value times weight, rounded to the fine quantum, to each cell; the sizes are as {@link
   * #makeRoom} was told.
   *
   * @param values by the cells' places
   * @param weights likewise, or null for 1
   */
  void add(Cells cells, float[] values, float[] weights) {
    int strip = cells.strip();
    if (uncarried[strip] == UNCARRIED) {
      carry(strip);
    }
    uncarried[strip]++;
    for (int run = 0, at = cells.from(); run < cells.runs(); run++, at += cells.step()) {
      int end = at + cells.count();
      if (weights == null) {
        add(values, upper[strip], lower[strip], at, end, coarse, fine);
      } else {
        add(values, weights, upper[strip], lower[strip], at, end, coarse, fine);
      }
    }
  }

  // Straight arithmetic at one index, and little of it, is what the compiler turns into vectors;
  // what
  // is read before anything is written need not wait for it.

  private static void add(
      float[] values, float[] high, float[] low, int from, int end, float coarse, float fine) {
    for (int i = from; i < end; i++) {
      float term = values[i];
      float top = (term + coarse) - coarse;
      float rest = low[i] + (((term - top) + fine) - fine);
      high[i] += top;
      low[i] = rest;
    }
  }

  /** What rounding took from the product is got from a fused multiply and counts as well. */
  private static void add(
      float[] values,
      float[] weights,
      float[] high,
      float[] low,
      int from,
      int end,
      float coarse,
      float fine) {
    for (int i = from; i < end; i++) {
      float term = values[i] * weights[i];
      float error = Math.fma(values[i], weights[i], -term);
      float top = (term + coarse) - coarse;
      float rest = low[i] + ((((term - top) + error) + fine) - fine);
      high[i] += top;
      low[i] = rest;
    }
  }

  private void carry(int strip) {
    carry(upper[strip], lower[strip], coarse);
    uncarried[strip] = 0;
  }

  private static void carry(float[] high, float[] low, float coarse) {
    for (int i = 0; i < high.length; i++) {
      float part = (low[i] + coarse) - coarse;
      high[i] += part;
      low[i] -= part;
    }
  }

  /** Adds a multiple of the coarse quantum to each cell. */
  void add(Cells cells, float term) {
    float[] high = upper[cells.strip()];
    for (int run = 0, at = cells.from(); run < cells.runs(); run++, at += cells.step()) {
      for (int i = at; i < at + cells.count(); i++) {
        high[i] += term;
      }
    }
  }

  /**
   * Puts the sums of cells {@code [at, at + count)} of a strip into every {@code step}th place of
   * {@code into} from {@code to} on.
   */
  void read(int strip, int at, int count, double[] into, int to, int step) {
    float[] high = upper[strip];
    float[] low = lower[strip];
    for (int i = at, t = to; i < at + count; i++, t += step) {
      into[t] = (double) high[i] + low[i];
    }
  }

  long bytes() {
    return 2L * Float.BYTES * Arrays.stream(upper).mapToInt(strip -> strip.length).sum();
  }

  int storedBytes() {
    return 2 * Float.BYTES * rows * columns;
  }

  void write(ByteBuffer out) {
    FloatBuffer floats = out.asFloatBuffer();
    for (int s = 0; s < upper.length; s++) {
      floats.put(upper[s], 0, length(s)).put(lower[s], 0, length(s));
    }
    out.position(out.position() + Float.BYTES * floats.position());
  }

  void read(ByteBuffer in) {
    FloatBuffer floats = in.asFloatBuffer();
    for (int s = 0; s < upper.length; s++) {
      floats.get(upper[s], 0, length(s)).get(lower[s], 0, length(s));
      bounds[s] = largestCell(s);
    }
    in.position(in.position() + Float.BYTES * floats.position());
  }
}
