package io.ndstream.stitch;

import java.nio.FloatBuffer;

/**
 * How much each pixel of a patch counts: given weights, the edge mask, both multiplied, or 1.
 *
 * @param given row-major, one a pixel of the patch, or null
 * @param width columns of {@code given}
 * @param edges the mask of the patch's size, or null
 */
public record PatchWeights(FloatBuffer given, int width, EdgeWeights edges) {
  /** Every pixel counts once. */
  public static final PatchWeights UNIT = new PatchWeights(null, 0, null);

  /** Of a window's own weights and a mask; either may be null. */
  static PatchWeights of(StitchWindow.Weights given, EdgeWeights mask) {
    return given == null
        ? new PatchWeights(null, 0, mask)
        : new PatchWeights(given.values(), given.width(), mask);
  }

  boolean isUnit() {
    return given == null && edges == null;
  }

  /**
   * Puts the weights of columns {@code [x, x + count)} of row {@code y} into {@code into} from
   * {@code at} on. Products are rounded to float32, as the reference's are, and all to the quantum
   * of {@link Tile#WEIGHTS}, so that their sums are exact.
   *
   * @return no weight is larger in size
   */
  double row(int y, int x, int count, float[] into, int at) {
    if (edges != null) {
      edges.row(y, x, count, into, at);
    }
    if (given == null) {
      return 1;
    }
    float largest = 0;
    for (int i = 0; i < count; i++) {
      float weight = given.get(y * width + x + i);
      weight = edges == null ? weight : weight * into[at + i];
      largest = Math.max(largest, Math.abs(weight));
      into[at + i] = (float) Tile.WEIGHTS.round(weight);
    }
    return largest;
  }

  /** Whether {@link EdgeWeights#spread} has the weights of this many values a pixel ready. */
  boolean isSpread(int depth) {
    return given == null && edges != null && edges.depth() == depth;
  }
}
