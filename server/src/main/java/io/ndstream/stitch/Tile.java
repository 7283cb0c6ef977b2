package io.ndstream.stitch;

import io.ndstream.geom.Window;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One block of a canvas: a sum a band and one weight for all bands of a pixel, row-major, bands
 * interleaved. Not thread-safe.
 *
 * <p>A window that covers the whole tile with weight 1 only raises a number, so tiles away from the
 * borders of windows have no plane of weights at all. NaN and infinity cannot be summed exactly;
 * which of them a cell met is noted beside the sums.
 */
final class Tile {
  /** Weights come as multiples of 2^-44; a mask's are, having 24 bits and being 0.001 or more. */
  static final Precision WEIGHTS = Precision.forValuesUpTo(0.5);

  /** Beyond it a number counts as infinite: float32 data never comes near. */
  private static final double HUGE = 0x1p900;

  private static final byte NAN = 1;
  private static final byte PLUS = 2;
  private static final byte MINUS = 4;

  private final int width;
  private final int height;
  private final int bands;
  private final ExactSums sums;
  private ExactSums weights;
  private double everywhere;
  private byte[] specials;

  /** Number of the last window added, in the order of the journal. */
  private long version;

  Tile(int width, int height, int bands, Precision precision) {
    this.width = width;
    this.height = height;
    this.bands = bands;
    this.sums = new ExactSums(height, width * bands, precision);
  }

  long version() {
    return version;
  }

  /**
   * Adds part of a patch.
   *
   * @param rows of the part
   * @param part where, in pixels of the tile; wholly inside
   * @param number the window's number, larger than any before
   */
  void add(PatchRows rows, Window part, long number) {
    boolean whole = rows.isUnit() && part.width() == width && part.height() == height;
    for (int y = part.y(); y < part.bottom(); y++) {
      rows.next();
      double largest = rows.largest < HUGE ? rows.largest : note(rows, y, part);
      sums.add(y, rows.terms, part.x() * bands, part.right() * bands, largest);
      addWeights(rows, y, part, whole);
    }
    if (whole) {
      everywhere++;
    }
    sums.nextWindow();
    if (weights != null) {
      weights.nextWindow();
    }
    version = number;
  }

  private void addWeights(PatchRows rows, int y, Window part, boolean whole) {
    if (rows.unweighted) {
      if (whole) {
        return;
      }
      Arrays.fill(rows.weights, part.x(), part.right(), 1);
    }
    if (whole) {
      for (int i = part.x(); i < part.right(); i++) {
        rows.weights[i]--; // the tile's own number counts the window for every pixel
      }
    }
    if (weights == null) {
      weights = newWeights();
    }
    weights.add(y, rows.weights, part.x(), part.right(), rows.largestWeight);
  }

  private ExactSums newWeights() {
    return new ExactSums(height, width, WEIGHTS);
  }

  /** Takes what cannot be summed out of the terms; returns the size of the largest left. */
  private double note(PatchRows rows, int y, Window part) {
    double[] terms = rows.terms;
    double largest = 0;
    for (int i = part.x() * bands; i < part.right() * bands; i++) {
      double size = Math.abs(terms[i]);
      if (size < HUGE) {
        largest = Math.max(largest, size);
        continue;
      }
      if (specials == null) {
        specials = new byte[width * height * bands];
      }
      specials[y * width * bands + i] |= Double.isNaN(size) ? NAN : terms[i] > 0 ? PLUS : MINUS;
      terms[i] = 0;
    }
    return largest;
  }

  /**
   * Puts the sums of {@code count} pixels of a row from column {@code x}, bands interleaved, into
   * {@code into} from {@code to} on.
   */
  void sums(int x, int y, int count, double[] into, int to) {
    sums.read(y, x * bands, count * bands, into, to);
    if (specials != null) {
      int at = (y * width + x) * bands;
      for (int i = 0; i < count * bands; i++) {
        into[to + i] = special(specials[at + i], into[to + i]);
      }
    }
  }

  private static double special(byte flags, double sum) {
    if (flags == 0) {
      return sum;
    }
    return flags == PLUS
        ? Double.POSITIVE_INFINITY
        : flags == MINUS ? Double.NEGATIVE_INFINITY : Double.NaN;
  }

  /**
   * Puts the weights of {@code count} pixels of a row from column {@code x} into {@code into} from
   * {@code to} on.
   */
  void weights(int x, int y, int count, double[] into, int to) {
    if (weights == null) {
      Arrays.fill(into, to, to + count, everywhere);
      return;
    }
    weights.read(y, x, count, into, to);
    for (int i = to; i < to + count; i++) {
      into[i] += everywhere;
    }
  }

  /** Memory held, in bytes. */
  long bytes() {
    return sums.bytes()
        + (weights == null ? 0 : weights.bytes())
        + (specials == null ? 0 : specials.length);
  }

  int storedBytes() {
    return 8
        + 8
        + 1
        + sums.storedBytes()
        + (weights == null ? 0 : weights.storedBytes())
        + (specials == null ? 0 : specials.length);
  }

  void write(ByteBuffer out) {
    out.putLong(version)
        .putDouble(everywhere)
        .put((byte) ((weights == null ? 0 : 1) | (specials == null ? 0 : 2)));
    sums.write(out);
    if (weights != null) {
      weights.write(out);
    }
    if (specials != null) {
      out.put(specials);
    }
  }

  void read(ByteBuffer in) {
    version = in.getLong();
    everywhere = in.getDouble();
    byte parts = in.get();
    sums.read(in);
    if ((parts & 1) != 0) {
      weights = newWeights();
      weights.read(in);
    }
    if ((parts & 2) != 0) {
      specials = new byte[width * height * bands];
      in.get(specials);
    }
  }
}
