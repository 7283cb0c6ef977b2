package io.ndstream.toy;

import io.ndstream.geom.Box;

/**
 * Smooth random texture over the plane: octaves of value noise, a pure function of seed and place.
 * The random values of a rectangle are kept, as nearly all of the time would go into making them
 * again for every pixel.
 */
final class Noise {
  private final Lattice[] octaves;

  /**
   * @param period distance between random values of the first octave; the next have half, a quarter
   *     …
   * @param extent where it is mostly asked for
   */
  Noise(long seed, double period, int octaves, Box extent) {
    this.octaves = new Lattice[octaves];
    for (int i = 0; i < octaves; i++) {
      this.octaves[i] = new Lattice(seed + i, (1 << i) / period, extent);
    }
  }

  /** In [0, 1]. */
  double at(double x, double y) {
    double sum = 0;
    double weight = 1;
    double weights = 0;
    for (Lattice octave : octaves) {
      sum += weight * octave.at(x, y);
      weights += weight;
      weight /= 2;
    }
    return sum / weights;
  }

  /** Random values at whole numbers, eased into one another between them. */
  private static final class Lattice {
    private final long seed;
    private final double frequency;
    private final long firstColumn;
    private final long firstRow;
    private final int columns;
    private final int rows;
    private final double[] kept;

    Lattice(long seed, double frequency, Box extent) {
      this.seed = seed;
      this.frequency = frequency;
      this.firstColumn = (long) Math.floor(extent.left() * frequency);
      this.firstRow = (long) Math.floor(extent.top() * frequency);
      this.columns = (int) (Math.floor(extent.right() * frequency) - firstColumn) + 2;
      this.rows = (int) (Math.floor(extent.bottom() * frequency) - firstRow) + 2;
      this.kept = new double[columns * rows];
      for (int i = 0; i < kept.length; i++) {
        kept[i] = random(firstColumn + i % columns, firstRow + i / columns);
      }
    }

    double at(double x, double y) {
      double across = x * frequency;
      double down = y * frequency;
      long column = (long) Math.floor(across);
      long row = (long) Math.floor(down);
      double u = ease(across - column);
      double v = ease(down - row);
      double top = value(column, row) * (1 - u) + value(column + 1, row) * u;
      double bottom = value(column, row + 1) * (1 - u) + value(column + 1, row + 1) * u;
      return top * (1 - v) + bottom * v;
    }

    private double value(long column, long row) {
      long c = column - firstColumn;
      long r = row - firstRow;
      boolean inside = c >= 0 && c < columns && r >= 0 && r < rows;
      return inside ? kept[(int) r * columns + (int) c] : random(column, row);
    }

    private double random(long column, long row) {
      long key =
          seed * 0x632BE59BD9B4E019L + column * 0x9E3779B97F4A7C15L + row * 0xD1B54A32D192ED03L;
      return (ToyRandom.mix(key) >>> 11) * 0x1p-53;
    }

    private static double ease(double t) {
      return t * t * (3 - 2 * t);
    }
  }
}
