package io.ndstream.toy;

import java.util.Arrays;

/**
 * SplitMix64 (Steele, Lea, Flood 2014), with every derived draw spelled out so that it is the same
 * everywhere.
 */
final class ToyRandom {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;
  private long state;

  ToyRandom(long seed) {
    this.seed = seed;
    this.state = seed;
  }

  /** A generator of its own for a part, whatever was drawn here before. */
  ToyRandom part(long number) {
    return new ToyRandom(mix(seed + mix(number + GOLDEN)));
  }

  static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }

  long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  double uniform(double low, double high) {
    return low + uniform() * (high - low);
  }

  /** Uniform in 0 ... bound - 1. */
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  /** Normal with mean 0 and standard deviation 1 (Box and Muller). */
  double normal() {
    double radius = Math.sqrt(-2 * StrictMath.log(1 - uniform()));
    return radius * StrictMath.cos(2 * Math.PI * uniform());
  }

  /** {@code count} uniform numbers below a bound, sorted. */
  double[] ascending(int count, double bound) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = uniform(0, bound);
    }
    Arrays.sort(values);
    return values;
  }
}
