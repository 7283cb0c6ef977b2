package io.ndstream.warp;

/** What counts beyond the borders of the source. */
enum Edge {
  /** Zeros; a result with all taps outside is 0. */
  ZERO(0, false),
  /** NaN, which spoils every result with a tap outside. */
  NAN(Double.NaN, false),
  /** The border pixels go on while a tap is inside; else 0. */
  STRETCHED_ZERO(0, true),
  /** The border pixels go on while a tap is inside; else NaN. */
  STRETCHED_NAN(Double.NaN, true);

  private final double outside;
  private final boolean stretched;

  Edge(double outside, boolean stretched) {
    this.outside = outside;
    this.stretched = stretched;
  }

  static Edge of(boolean floats, boolean stretched) {
    if (stretched) {
      return floats ? STRETCHED_NAN : STRETCHED_ZERO;
    }
    return floats ? NAN : ZERO;
  }

  /** The result where no tap is inside; as a factor it makes a weight worthless. */
  double outside() {
    return outside;
  }

  boolean isStretched() {
    return stretched;
  }

  /**
   * Whether taps [first, first+count) of an axis of {@code size} pixels leave nothing but {@link
   * #outside}.
   */
  boolean spoils(long first, int count, int size) {
    boolean none = first + count <= 0 || first >= size;
    boolean some = first < 0 || first + count > size;
    return none || this == NAN && some;
  }
}
