package io.ndstream.warp;

import io.ndstream.pixels.DType;

/**
 * The loops over rows of numbers, in single or double precision. Where a loop touches several rows,
 * it touches the same place in all of them: only then does the compiler turn it into vector
 * instructions. Counts are of numbers, from index 0 on unless said otherwise. Belongs to one thread
 * at a time.
 *
 * @param <A> a row: {@code float[]} or {@code double[]}
 */
interface Lanes<A> {
  /** A row of at least so many numbers, from scratch memory, with arbitrary contents. */
  A row(Scratch scratch, int length);

  /**
   * A row of at least so many numbers with arbitrary contents, the same at every call; {@link
   * #roundHalfUp} uses it too.
   */
  A spare(int length);

  /** Puts one value into [from, to). */
  void fill(A row, int from, int to, double value);

  /** Stored numbers, from index 0 of {@code stored} on, become values. */
  void decode(byte[] stored, Decoding decoding, A into, int count);

  /** Values cast to a dtype, to index 0 of {@code into} on. */
  void encode(A values, int count, DType dtype, byte[] into);

  /** into = own * weight + (a + b) * beside. */
  void triple(A a, A own, A b, double weight, double beside, A into, int count);

  /** into += (a + b) * weight. */
  void addPair(A a, A b, double weight, A into, int count);

  /** into = a * weightA + b * weightB. */
  void mix(A a, double weightA, A b, double weightB, A into, int count);

  /** into += row * weight. */
  void add(A row, double weight, A into, int count);

  /** into += row * weight for a few numbers anywhere in the rows. */
  void addPixel(A row, int from, double weight, A into, int at, int count);

  /**
   * The value between four pixels: two of a row, {@code from} and the next, and the two below.
   *
   * @param bands numbers of a pixel, all of which are made
   * @param right share of the right pixels
   * @param lower share of the lower pixels
   */
  void blend(A above, A below, int from, int bands, double right, double lower, A into, int at);

  /** into = a * weightsA + b * weightsB, number by number. */
  void mixEach(A a, A weightsA, A b, A weightsB, A into, int count);

  /** into += row * weights, number by number. */
  void addEach(A row, A weights, A into, int count);

  /** into[i] = row[index[i] + offset]. */
  void gather(A row, int[] index, int offset, A into, int count);

  /** Takes every {@code step}-th number from {@code first} on. */
  void pick(A from, int first, int step, A into, int count);

  /**
   * Puts {@code weights[at[x] + offset]} into {@code repeat} neighbouring numbers, for every x
   * below {@code count}.
   */
  void spread(double[] weights, int offset, int[] at, int repeat, A into, int count);

  /** Rounds, halves up. */
  void roundHalfUp(A values, int count);

  /** Rounds, halves to even. */
  void roundHalfEven(A values, int count);

  void clamp(A values, double low, double high, int count);
}
