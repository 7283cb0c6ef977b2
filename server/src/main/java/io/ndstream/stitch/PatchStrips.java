package io.ndstream.stitch;

import io.ndstream.geom.Window;
import java.util.Arrays;

/**
 * What of a patch falls on one tile, strip by strip: values and weights, each at the place of its
 * cell. For one thread.
 *
 * <p>A tile keeps the bands of a pixel side by side, in one array, or each band in an array of its
 * own, whichever its first patch did: then rows are copied as they are.
 */
final class PatchStrips {
  private final PatchWeights weighting;
  private final NanPolicy policy;
  private final Window part;
  private final Window source;
  private final int width;

  /** Values of a pixel side by side: all bands, or 1. */
  private final int depth;

  /** Pixels of a strip. */
  private final int length;

  private final FloatArrays arrays;
  private final PatchValues values;

  /** These arrays are made when they are needed: for most windows some are not. */
  private float[] weights;

  /** A weight a value, where they are more than pixels. */
  private float[] spread;

  private double[] terms;

  /** Rows of the strip last read. */
  private int top;

  private int bottom;

  private Cells pixels;
  private boolean unweighted;
  private double largestWeight;
  private double largestValue;

  /**
   * @param width of the tile
   * @param interleaved the tile has the bands of a pixel side by side
   * @param arrays for what is read
   */
  PatchStrips(
      Tile.Part added, NanPolicy policy, int width, boolean interleaved, FloatArrays arrays) {
    Patch patch = added.patch();
    this.weighting = added.weights();
    this.policy = policy;
    this.part = added.cells();
    this.source = added.source();
    this.width = width;
    this.depth = interleaved ? patch.bands() : 1;
    this.length = Math.min(Cells.ROWS, part.bottom()) * width;
    this.arrays = arrays;
    this.values = new PatchValues(patch, part.width(), depth, length, arrays);
    if (!weighting.isUnit()) {
      makeWeights();
    }
  }

  private void makeWeights() {
    weights = arrays.take(length);
    spread = depth == 1 ? weights : arrays.take(length * depth);
  }

  /** Reads what falls on a strip of the tile; returns whether anything does. */
  boolean read(int strip) {
    top = Math.max(part.y(), strip * Cells.ROWS);
    bottom = Math.min(part.bottom(), (strip + 1) * Cells.ROWS);
    if (top >= bottom) {
      return false;
    }
    pixels = Cells.of(new Window(part.x(), top, part.width(), bottom - top), width);
    readWeights();
    Window rows = new Window(source.x(), sourceRow(top), part.width(), bottom - top);
    largestValue = values.read(rows, place(top), width);
    boolean omits = Double.isNaN(largestValue) && policy == NanPolicy.OMIT;
    if (omits) {
      omit();
    }
    if (depth > 1 && !unweighted) {
      spreadWeights(omits);
    }
    return true;
  }

  /** The strip's pixels. */
  Cells pixels() {
    return pixels;
  }

  /** Their values, in each of the arrays. */
  Cells values() {
    return pixels.deep(depth);
  }

  /** Whether every pixel of the strip has weight 1. */
  boolean isUnweighted() {
    return unweighted;
  }

  /** A weight a pixel. */
  float[] weights() {
    return weights;
  }

  double largestWeight() {
    return largestWeight;
  }

  /** Whether values are of a type that floats hold. */
  boolean areFloats() {
    return values.areFloats();
  }

  /** Values of an array; only if they {@link #areFloats}. */
  float[] floats(int array) {
    return values.floats(array);
  }

  /** A weight a value, or null for 1. */
  float[] valueWeights() {
    return unweighted ? null : spread;
  }

  /** No value of any band, times its weight, is larger in size; NaN or infinite if one is. */
  double largest() {
    return largestValue * largestWeight;
  }

  /** Value times weight, exactly for floats; the same array each time. */
  double[] terms(int array) {
    if (terms == null) {
      terms = Cells.doubles(length * depth);
    }
    for (int y = top; y < bottom; y++) {
      int end = (place(y) + part.width()) * depth;
      for (int i = place(y) * depth; i < end; i++) {
        terms[i] = values.value(array, i);
      }
      for (int i = place(y) * depth; i < end && !unweighted; i++) {
        terms[i] *= spread[i];
      }
    }
    return terms;
  }

  /** Place of a row's first pixel. */
  private int place(int y) {
    return (y - top / Cells.ROWS * Cells.ROWS) * width + part.x();
  }

  private int sourceRow(int y) {
    return source.y() + y - part.y();
  }

  private void readWeights() {
    unweighted = weighting.isUnit();
    largestWeight = unweighted ? 1 : 0;
    for (int y = top; y < bottom && !unweighted; y++) {
      double most = weighting.row(sourceRow(y), source.x(), part.width(), weights, place(y));
      largestWeight = Math.max(largestWeight, most);
    }
  }

  private void spreadWeights(boolean changed) {
    boolean ready = !changed && weighting.isSpread(depth);
    for (int y = top; y < bottom; y++) {
      if (ready) {
        int at = place(y) * depth;
        weighting.edges().spread(sourceRow(y), source.x(), part.width(), spread, at);
      } else {
        spread(place(y), place(y) + part.width());
      }
    }
  }

  private void spread(int from, int end) {
    for (int k = 0; k < depth; k++) {
      for (int i = from, t = from * depth + k; i < end; i++, t += depth) {
        spread[t] = weights[i];
      }
    }
  }

  /** A pixel with NaN in any band weighs nothing in all. */
  private void omit() {
    if (weights == null) {
      makeWeights();
    }
    if (unweighted) {
      Arrays.fill(weights, 1);
      unweighted = false;
    }
    largestValue = 0;
    for (int y = top; y < bottom; y++) {
      for (int t = place(y); t < place(y) + part.width(); t++) {
        double largest = values.largest(t);
        if (Double.isNaN(largest)) {
          weights[t] = 0;
          values.clear(t);
        } else {
          largestValue = Math.max(largestValue, largest);
        }
      }
    }
  }
}
