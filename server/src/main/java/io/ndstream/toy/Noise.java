package io.ndstream.toy;

/**
 * Smooth random texture over the plane: octaves of value noise, a pure function of seed and place.
 */
record Noise(long seed, double period, int octaves) {

  /** In [0, 1], smooth at {@code period}, with finer detail at half, a quarter ... of it. */
  double at(double x, double y) {
    double sum = 0;
    double weight = 1;
    double weights = 0;
    double frequency = 1 / period;
    for (int octave = 0; octave < octaves; octave++) {
      sum += weight * lattice(seed + octave, x * frequency, y * frequency);
      weights += weight;
      weight /= 2;
      frequency *= 2;
    }
    return sum / weights;
  }

  private static double lattice(long seed, double x, double y) {
    long column = (long) Math.floor(x);
    long row = (long) Math.floor(y);
    double u = ease(x - column);
    double v = ease(y - row);
    double top = corner(seed, column, row) * (1 - u) + corner(seed, column + 1, row) * u;
    double bottom = corner(seed, column, row + 1) * (1 - u) + corner(seed, column + 1, row + 1) * u;
    return top * (1 - v) + bottom * v;
  }

  private static double corner(long seed, long column, long row) {
    return (ToyRandom.mix(
                seed * 0x632BE59BD9B4E019L
                    + column * 0x9E3779B97F4A7C15L
                    + row * 0xD1B54A32D192ED03L)
            >>> 11)
        * 0x1p-53;
  }

  private static double ease(double t) {
    return t * t * (3 - 2 * t);
  }
}
