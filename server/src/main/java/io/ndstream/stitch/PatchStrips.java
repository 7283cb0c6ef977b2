package io.ndstream.stitch;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * What of a patch falls on one tile, strip by strip: values and weights, each at the place of its
 * cell. For one thread.
 *
 * <p>A tile keeps the bands of a pixel side by side, in one array, or each band in an array of its
 * own, whichever its first patch did: then rows are copied as they are.
 *
 * <p>Types that a float holds exactly are floats, others doubles. Float32 values tell by their
 * bits, while they are read, whether all are finite and how large they may be.
 */
final class PatchStrips {
  private final Patch patch;
  private final PatchWeights weighting;
  private final NanPolicy policy;
  private final Window part;
  private final Window source;
  private final int width;

  /** Values of a pixel side by side: all bands, or 1. */
  private final int depth;

  /** Pixels of a strip. */
  private final int length;

  /** One of the two is null. */
  private final float[][] floats;

  private final double[][] doubles;

  /** The patch's float32 data, or null, and a row of it as it lies there. */
  private final FloatBuffer data;

  private final IntBuffer bits;
  private final int[] row;
  private final int[] most;

  /** These arrays are made when they are needed: for most windows some are not. */
  private float[] weights;

  /** A weight a value, where they are more than pixels. */
  private float[] spread;

  private double[] terms;

  /** Rows of the present strip. */
  private int top;

  private int bottom;

  private Cells pixels;
  private boolean unweighted;
  private double largestWeight;
  private double largestValue;

  /**
   * @param part in pixels of the tile
   * @param source the same part in pixels of the patch
   * @param width of the tile
   * @param interleaved the tile has the bands of a pixel side by side
   */
  PatchStrips(
      Patch patch,
      PatchWeights weighting,
      NanPolicy policy,
      Window part,
      Window source,
      int width,
      boolean interleaved) {
    this.patch = patch;
    this.weighting = weighting;
    this.policy = policy;
    this.part = part;
    this.source = source;
    this.width = width;
    this.depth = interleaved ? patch.bands() : 1;
    this.length = Math.min(Cells.ROWS, part.bottom()) * width;
    boolean single = fitsFloat(patch.dtype());
    this.floats = single ? new float[patch.bands() / depth][] : null;
    this.doubles = single ? null : new double[patch.bands() / depth][];
    makeValues();
    boolean float32 = patch.dtype() == DType.FLOAT32;
    this.data = float32 ? patch.data().asFloatBuffer() : null;
    this.bits = float32 ? patch.data().asIntBuffer() : null;
    this.row = new int[float32 ? part.width() * patch.bands() : 0];
    this.most = new int[row.length];
    this.bottom = part.y();
    if (!weighting.isUnit()) {
      makeWeights();
    }
  }

  private static boolean fitsFloat(DType dtype) {
    return dtype == DType.FLOAT32 || dtype.bytes() < 4;
  }

  private void makeValues() {
    for (int i = 0; i < patch.bands() / depth; i++) {
      if (floats == null) {
        doubles[i] = Cells.doubles(length * depth);
      } else {
        floats[i] = Cells.floats(length * depth);
      }
    }
  }

  private void makeWeights() {
    weights = Cells.floats(length);
    spread = depth == 1 ? weights : Cells.floats(length * depth);
  }

  /** Goes on to the next strip, at first to the uppermost; returns whether there is one. */
  boolean next() {
    top = bottom;
    if (top == part.bottom()) {
      return false;
    }
    bottom = Math.min(part.bottom(), (top / Cells.ROWS + 1) * Cells.ROWS);
    pixels = Cells.of(new Window(part.x(), top, part.width(), bottom - top), width);
    readWeights();
    if (data == null) {
      readValues();
    } else {
      readFloats();
    }
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
    return floats != null;
  }

  /** Values of an array; only if they {@link #areFloats}. */
  float[] floats(int array) {
    return floats[array];
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
        terms[i] = floats == null ? doubles[array][i] : floats[array][i];
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

  private void readFloats() {
    Arrays.fill(most, 0);
    for (int y = top; y < bottom; y++) {
      if (patch.channelsFirst()) {
        readBands(y);
      } else {
        readPixels(y);
      }
      raise(most, row);
    }
    int largestBits = 0;
    for (int size : most) {
      largestBits = Math.max(largestBits, size);
    }
    largestValue = Float.intBitsToFloat(largestBits);
  }

  private void readBands(int y) {
    int count = part.width();
    for (int b = 0; b < patch.bands(); b++) {
      int from = (b * patch.height() + sourceRow(y)) * patch.width() + source.x();
      bits.get(from, row, b * count, count);
      if (depth == 1) {
        data.get(from, floats[b], place(y), count);
      } else {
        for (int i = b * count, t = place(y) * depth + b; i < (b + 1) * count; i++, t += depth) {
          floats[0][t] = Float.intBitsToFloat(row[i]);
        }
      }
    }
  }

  private void readPixels(int y) {
    int bands = patch.bands();
    int from = (sourceRow(y) * patch.width() + source.x()) * bands;
    bits.get(from, row, 0, row.length);
    if (depth == bands) {
      data.get(from, floats[0], place(y) * depth, row.length);
      return;
    }
    for (int b = 0; b < bands; b++) {
      float[] to = floats[b];
      for (int i = b, t = place(y); i < row.length; i += bands, t++) {
        to[t] = Float.intBitsToFloat(row[i]);
      }
    }
  }

  /**
   * Each the larger of two sizes of floats, which sort as their bits do; without a branch or a
   * call, so that it becomes vector code.
   */
  private static void raise(int[] most, int[] floats) {
    for (int i = 0; i < most.length; i++) {
      int more = (floats[i] & Integer.MAX_VALUE) - most[i];
      most[i] += more & ~(more >> 31);
    }
  }

  private void readValues() {
    int bands = patch.bands();
    int pixelStride = patch.channelsFirst() ? 1 : bands;
    int bandStride = patch.channelsFirst() ? patch.height() * patch.width() : 1;
    largestValue = 0;
    for (int y = top; y < bottom; y++) {
      int from = (sourceRow(y) * patch.width() + source.x()) * pixelStride;
      for (int i = 0, t = place(y); i < part.width(); i++, t++) {
        for (int b = 0; b < bands; b++) {
          double value =
              value(patch.data(), patch.dtype(), from + i * pixelStride + b * bandStride);
          largestValue = Math.max(largestValue, Math.abs(value));
          set(b, t, value);
        }
      }
    }
  }

  private void set(int band, int pixel, double value) {
    int array = band / depth;
    int place = pixel * depth + band % depth;
    if (floats == null) {
      doubles[array][place] = value;
    } else {
      floats[array][place] = (float) value;
    }
  }

  private double get(int band, int pixel) {
    int array = band / depth;
    int place = pixel * depth + band % depth;
    return floats == null ? doubles[array][place] : floats[array][place];
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
        double largest = largest(t);
        if (Double.isNaN(largest)) {
          weights[t] = 0;
          for (int b = 0; b < patch.bands(); b++) {
            set(b, t, 0);
          }
        } else {
          largestValue = Math.max(largestValue, largest);
        }
      }
    }
  }

  /** The largest size of a pixel's values, NaN if one is. */
  private double largest(int pixel) {
    double largest = 0;
    for (int b = 0; b < patch.bands(); b++) {
      largest = Math.max(largest, Math.abs(get(b, pixel)));
    }
    return largest;
  }

  static double value(ByteBuffer data, DType dtype, int i) {
    return switch (dtype) {
      case UINT8 -> data.get(i) & 0xff;
      case INT8 -> data.get(i);
      case UINT16 -> data.getShort(2 * i) & 0xffff;
      case INT16 -> data.getShort(2 * i);
      case UINT32 -> data.getInt(4 * i) & 0xffffffffL;
      case INT32 -> data.getInt(4 * i);
      case UINT64 -> unsigned(data.getLong(8 * i));
      case INT64 -> data.getLong(8 * i);
      case FLOAT32 -> data.getFloat(4 * i);
      case FLOAT64 -> data.getDouble(8 * i);
    };
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? bits : 2.0 * (bits >>> 1 | bits & 1);
  }
}
