package io.ndstream.plan;

import static io.ndstream.error.Checks.require;

import io.ndstream.error.Reason;

/**
 * A shuffle of 0 … n-1 that needs no array: a keyed Feistel network over the smallest even number
 * of bits that holds n, walked until the value falls below n (Black and Rogaway, "Ciphers with
 * arbitrary finite domains"). The same key gives the same order everywhere.
 */
public record Permutation(long size, long key) {
  private static final int ROUNDS = 6;

  public Permutation {
    require(size >= 0, Reason.BAD_ARGUMENT, "size", size, ">= 0");
  }

  /**
   * @param position 0 … size-1
   * @return the element that stands there
   */
  public long at(long position) {
    int half = halfBits();
    long mask = (1L << half) - 1;
    long value = position;
    do {
      value = encrypt(value, half, mask);
    } while (value >= size);
    return value;
  }

  private int halfBits() {
    int bits = 64 - Long.numberOfLeadingZeros(Math.max(1, size - 1));
    return (bits + 1) / 2;
  }

  private long encrypt(long value, int half, long mask) {
    long left = value >>> half;
    long right = value & mask;
    for (int round = 0; round < ROUNDS; round++) {
      long next = left ^ (mix(right + key + round * 0x9E3779B97F4A7C15L) & mask);
      left = right;
      right = next;
    }
    return left << half | right;
  }

  /**
   * The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output
   * bit.
   */
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
