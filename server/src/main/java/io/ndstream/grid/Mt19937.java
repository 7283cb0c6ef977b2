package io.ndstream.grid;

import java.math.BigInteger;

/**
 * The Mersenne Twister (Matsumoto and Nishimura, 1998) with the draws NumPy's legacy RandomState
 * makes of it, so that seeded results of the Python library can be repeated bit for bit. State of
 * one call; not for sharing.
 */
final class Mt19937 {
  private static final int N = 624;
  private static final int M = 397;

  private final int[] state = new int[N];
  private int next = N;

  /**
   * @param seed unsigned; reduced modulo 2^32 - 1, as the Python library does before it seeds
   */
  Mt19937(long seed) {
    BigInteger unsigned = new BigInteger(Long.toUnsignedString(seed));
    state[0] = unsigned.mod(BigInteger.valueOf(0xffffffffL)).intValue();
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  /** 32 uniform bits. */
  int bits() {
    if (next == N) {
      twist();
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  private void twist() {
    for (int i = 0; i < N; i++) {
      int y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
      state[i] = state[(i + M) % N] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
    }
    next = 0;
  }

  /** Uniform in [0, 1) with 53 bits. */
  double uniform() {
    long high = bits() >>> 5;
    long low = bits() >>> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
  }

  /** Uniform integer in [0, bound); nothing is drawn if there is no choice. */
  int below(int bound) {
    int last = bound - 1;
    if (last == 0) {
      return 0;
    }
    int mask = -1 >>> Integer.numberOfLeadingZeros(last);
    int value;
    do {
      value = bits() & mask;
    } while (value > last);
    return value;
  }

  int[] below(int bound, int count) {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = below(bound);
    }
    return values;
  }

  /**
   * Draws what {@code count} normal numbers would consume; they come in pairs by the polar method.
   */
  void skipNormals(int count) {
    for (int i = 0; i < count; i += 2) {
      double r;
      do {
        double x = 2 * uniform() - 1;
        double y = 2 * uniform() - 1;
        r = x * x + y * y;
      } while (r >= 1 || r == 0);
    }
  }
}
