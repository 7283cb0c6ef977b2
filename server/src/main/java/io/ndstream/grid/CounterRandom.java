package io.ndstream.grid;

/**
 * Random numbers without state: the n-th number of a stream is a function of the stream and n. A
 * stream belongs to a (seed, index) pair, so any index of any set can be drawn again alone, on any
 * thread, on any server. SplitMix64 (Steele, Lea and Flood, 2014) with its counter given from
 * outside.
 */
final class CounterRandom {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private CounterRandom() {}

  static long stream(long seed, long index) {
    return mix(mix(seed + GOLDEN) + index * GOLDEN);
  }

  /** 64 uniform bits. */
  static long bits(long stream, long n) {
    return mix(stream + (n + 1) * GOLDEN);
  }

  /**
   * Uniform in [0, bound) up to a bias of bound / 2^64, which for every position of a million
   * images of 10^10 pixels is one part in a thousand at worst and for usual sets far below what any
   * number of samples shows.
   */
  static long below(long stream, long n, long bound) {
    return Math.multiplyHigh(bits(stream, n) >>> 1, bound << 1);
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
