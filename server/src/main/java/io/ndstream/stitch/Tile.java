package io.ndstream.stitch;

import io.ndstream.geom.Window;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One block of a canvas: a sum a band and one weight for all bands of a pixel, row-major, in the
 * order of the first patch: the bands of a pixel side by side, or one band after the other. Not
 * thread-safe.
 *
 * <p>A window that covers the whole tile with weight 1 only raises a number, so tiles away from the
 * borders of windows have no plane of weights at all. NaN and infinity cannot be summed exactly;
 * which of them a cell met is noted beside the sums.
 */
final class Tile {
  /** Weights come as multiples of 2^-41; a mask's are, having 24 bits and being 0.001 or more. */
  static final Precision WEIGHTS = Precision.forValuesUpTo(1);

  private static final double LARGEST_WEIGHT = ExactSums.largestFloat(WEIGHTS);

  /** Beyond it a number counts as infinite: float32 data never comes near. */
  private static final double HUGE = 0x1p900;

  private static final byte NAN = 1;
  private static final byte PLUS = 2;
  private static final byte MINUS = 4;

  private final int width;
  private final int height;
  private final int bands;
  private final double largestFloat;

  private final Precision precision;

  /**
   * One for all bands, those of a pixel side by side, or one a band; none before the first patch.
   */
  private ExactSums[] sums = {};

  private ExactSums weights;
  private double everywhere;
  private byte[] specials;

  /** Number of the last window added, in the order of the journal. */
  private long version;

  Tile(int width, int height, int bands, Precision precision) {
    this.width = width;
    this.height = height;
    this.bands = bands;
    this.precision = precision;
    this.largestFloat = ExactSums.largestFloat(precision);
  }

  private ExactSums[] blank(int arrays) {
    ExactSums[] blank = new ExactSums[arrays];
    for (int i = 0; i < arrays; i++) {
      blank[i] = new ExactSums(height, width * bands / arrays, precision);
    }
    return blank;
  }

  long version() {
    return version;
  }

  /**
   * What of a window falls on the tile.
   *
   * @param cells where, in pixels of the tile; wholly inside
   * @param source the same in pixels of the patch
   * @param number of the window in the journal
   */
  record Part(Patch patch, PatchWeights weights, Window cells, Window source, long number) {}

  /**
   * Adds parts of windows, a strip of them all before the next, while its sums are near.
   *
   * @param parts one or more, in the order of their numbers, which are larger than any before
   * @param arrays for strips of the patches
   */
  void add(List<Part> parts, NanPolicy policy, FloatArrays arrays) {
    if (sums.length == 0) {
      sums = blank(parts.get(0).patch().channelsFirst() ? bands : 1);
    }
    List<PatchStrips> patches = new ArrayList<>();
    arrays.reuse();
    for (Part part : parts) {
      patches.add(new PatchStrips(part, policy, width, sums.length == 1, arrays));
      everywhere += isWhole(part) ? 1 : 0;
      version = part.number();
    }
    for (int strip = 0; strip < Cells.strips(height); strip++) {
      for (int i = 0; i < patches.size(); i++) {
        if (patches.get(i).read(strip)) {
          add(patches.get(i), isWhole(parts.get(i)));
        }
      }
    }
  }

  /** The tile's own number counts the window for every pixel. */
  private boolean isWhole(Part part) {
    return part.weights().isUnit()
        && part.cells().width() == width
        && part.cells().height() == height;
  }

  private void add(PatchStrips strip, boolean whole) {
    for (int i = 0; i < sums.length; i++) {
      addValues(i, strip);
    }
    if (!(whole && strip.isUnweighted())) {
      addWeights(strip, whole);
    }
  }

  private void addValues(int array, PatchStrips strips) {
    Cells cells = strips.values();
    double largest = strips.largest();
    if (strips.areFloats() && largest <= largestFloat) {
      sums[array].add(cells, strips.floats(array), strips.valueWeights(), largest);
      return;
    }
    double[] terms = strips.terms(array);
    sums[array].add(cells, terms, largest < HUGE ? largest : note(array, cells, terms));
  }

  private void addWeights(PatchStrips strips, boolean whole) {
    if (weights == null) {
      weights = newWeights();
    }
    Cells cells = strips.pixels();
    if (strips.isUnweighted()) {
      weights.addOnes(cells);
      return;
    }
    float[] each = strips.weights();
    if (whole) {
      for (int i = 0; i < each.length; i++) {
        each[i]--;
      }
    }
    if (strips.largestWeight() <= LARGEST_WEIGHT) {
      weights.add(cells, each, null, strips.largestWeight());
    } else {
      weights.add(cells, widened(each), strips.largestWeight());
    }
  }

  private static double[] widened(float[] floats) {
    double[] doubles = Cells.doubles(floats.length);
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  private ExactSums newWeights() {
    return new ExactSums(height, width, WEIGHTS);
  }

  /** Takes what cannot be summed out of the terms; returns the size of the largest left. */
  private double note(int array, Cells cells, double[] terms) {
    if (specials == null) {
      specials = new byte[width * height * bands];
    }
    double largest = 0;
    int from = array * width * height + cells.strip() * Cells.ROWS * width * bands / sums.length;
    for (int run = 0, at = cells.from(); run < cells.runs(); run++, at += cells.step()) {
      for (int i = at; i < at + cells.count(); i++) {
        double size = Math.abs(terms[i]);
        if (size < HUGE) {
          largest = Math.max(largest, size);
        } else {
          specials[from + i] |= Double.isNaN(size) ? NAN : terms[i] > 0 ? PLUS : MINUS;
          terms[i] = 0;
        }
      }
    }
    return largest;
  }

  /**
   * Puts the sums of {@code count} pixels of a row from column {@code x}, bands interleaved, into
   * {@code into} from {@code to} on.
   */
  void sums(int x, int y, int count, double[] into, int to) {
    if (sums.length == 0) {
      Arrays.fill(into, to, to + count * bands, 0);
      return;
    }
    int depth = bands / sums.length;
    for (int i = 0; i < sums.length; i++) {
      sums[i].read(y, x * depth, count * depth, into, to + i, sums.length);
      if (specials != null) {
        int from = i * width * height + (y * width + x) * depth;
        for (int k = 0, t = to + i; k < count * depth; k++, t += sums.length) {
          into[t] = special(specials[from + k], into[t]);
        }
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
    weights.read(y, x, count, into, to, 1);
    for (int i = to; i < to + count; i++) {
      into[i] += everywhere;
    }
  }

  /** Memory held, in bytes. */
  long bytes() {
    return Arrays.stream(sums).mapToLong(ExactSums::bytes).sum()
        + (weights == null ? 0 : weights.bytes())
        + (specials == null ? 0 : specials.length);
  }

  int storedBytes() {
    return 8
        + 8
        + 1
        + 1
        + Arrays.stream(sums).mapToInt(ExactSums::storedBytes).sum()
        + (weights == null ? 0 : weights.storedBytes())
        + (specials == null ? 0 : specials.length);
  }

  void write(ByteBuffer out) {
    out.putLong(version)
        .putDouble(everywhere)
        .put((byte) ((weights == null ? 0 : 1) | (specials == null ? 0 : 2)));
    out.put((byte) sums.length);
    for (ExactSums each : sums) {
      each.write(out);
    }
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
    sums = blank(in.get());
    for (ExactSums each : sums) {
      each.read(in);
    }
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
