package io.ndstream.stitch;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * What of a patch falls on one tile, row by row: terms, that is value times weight, and weights.
 * Both lie where their cells lie in a row of the tile, the bands of a pixel side by side. For one
 * thread.
 *
 * <p>Float32 values are read a few rows at a time, and while they are near, their bits tell whether
 * all are finite and how large they may be.
 */
final class PatchRows {
  /**
   * Rows read at a time: few enough for the innermost cache, enough that the search for the largest
   * value costs little.
   */
  private static final int STRIP = 8;

  private final Patch patch;
  private final PatchWeights weighting;
  private final NanPolicy policy;
  private final Window part;
  private final Window source;

  /** The patch's floats, or null for values of another type. */
  private final IntBuffer bits;

  /** Rows of floats as they lie in the patch: pixel by pixel or band by band. */
  private final int[][] strip;

  private final int[] most;
  private float largestOfStrip;
  private int row = -1;
  final double[] terms;

  /** One a pixel; not set while {@link #unweighted}. */
  final double[] weights;

  /** Every pixel of the row has weight 1. */
  boolean unweighted;

  /** No weight of the row is larger in size. */
  double largestWeight;

  /** No term of the row is larger in size; infinite or NaN if one is. */
  double largest;

  /**
   * @param part in pixels of the tile
   * @param source the same part in pixels of the patch
   */
  PatchRows(Patch patch, PatchWeights weighting, NanPolicy policy, Window part, Window source) {
    this.patch = patch;
    this.weighting = weighting;
    this.policy = policy;
    this.part = part;
    this.source = source;
    boolean floats = patch.dtype() == DType.FLOAT32;
    int values = part.width() * patch.bands();
    this.bits = floats ? patch.data().asIntBuffer() : null;
    this.strip = new int[floats ? Math.min(STRIP, part.height()) : 0][values];
    this.most = new int[floats ? values : 0];
    this.terms = new double[part.right() * patch.bands()];
    this.weights = new double[part.right()];
  }

  boolean isUnit() {
    return weighting.isUnit();
  }

  /** Goes on to the next row, at first to the uppermost. */
  void next() {
    row++;
    unweighted = weighting.isUnit();
    largestWeight =
        unweighted
            ? 1
            : weighting.row(source.y() + row, source.x(), source.width(), weights, part.x());
    if (bits == null) {
      readValues();
    } else {
      if (row % STRIP == 0) {
        readStrip();
      }
      widen(strip[row % STRIP]);
    }
    weigh();
    if (bits != null && largestOfStrip < Float.POSITIVE_INFINITY) {
      largest = largestOfStrip * largestWeight;
    } else {
      largest = largestTerm();
      if (Double.isNaN(largest) && policy == NanPolicy.OMIT) {
        omit();
        largest = largestTerm();
      }
    }
  }

  private void readStrip() {
    Arrays.fill(most, 0);
    for (int k = 0; k < Math.min(STRIP, part.height() - row); k++) {
      readBits(source.y() + row + k, strip[k]);
      raise(most, strip[k]);
    }
    int largestBits = 0;
    for (int size : most) {
      largestBits = Math.max(largestBits, size);
    }
    largestOfStrip = Float.intBitsToFloat(largestBits);
  }

  private void readBits(int y, int[] into) {
    if (!patch.channelsFirst()) {
      bits.get((y * patch.width() + source.x()) * patch.bands(), into, 0, into.length);
      return;
    }
    for (int b = 0; b < patch.bands(); b++) {
      bits.get(
          (b * patch.height() + y) * patch.width() + source.x(),
          into,
          b * source.width(),
          source.width());
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

  private void widen(int[] floats) {
    int bands = patch.bands();
    int at = part.x() * bands;
    if (!patch.channelsFirst()) {
      for (int i = 0; i < floats.length; i++) {
        terms[at + i] = Float.intBitsToFloat(floats[i]);
      }
      return;
    }
    for (int b = 0, i = 0; b < bands; b++) {
      for (int t = at + b; t < terms.length; t += bands, i++) {
        terms[t] = Float.intBitsToFloat(floats[i]);
      }
    }
  }

  private void readValues() {
    int bands = patch.bands();
    int pixelStride = patch.channelsFirst() ? 1 : bands;
    int bandStride = patch.channelsFirst() ? patch.height() * patch.width() : 1;
    int from = ((source.y() + row) * patch.width() + source.x()) * pixelStride;
    for (int i = 0, t = part.x() * bands; i < source.width(); i++) {
      for (int b = 0; b < bands; b++, t++) {
        terms[t] = value(patch.data(), patch.dtype(), from + i * pixelStride + b * bandStride);
      }
    }
  }

  private void weigh() {
    if (unweighted) {
      return;
    }
    int bands = patch.bands();
    if (bands == 1) {
      for (int i = part.x(); i < weights.length; i++) {
        terms[i] *= weights[i];
      }
      return;
    }
    for (int b = 0; b < bands; b++) {
      for (int i = part.x(), t = i * bands + b; i < weights.length; i++, t += bands) {
        terms[t] *= weights[i];
      }
    }
  }

  private double largestTerm() {
    double most = 0;
    for (int i = part.x() * patch.bands(); i < terms.length; i++) {
      most = Math.max(most, Math.abs(terms[i]));
    }
    return most;
  }

  /** A pixel with NaN in any band weighs nothing in all. */
  private void omit() {
    int bands = patch.bands();
    if (unweighted) {
      Arrays.fill(weights, part.x(), weights.length, 1);
      unweighted = false;
    }
    for (int i = part.x(); i < weights.length; i++) {
      if (hasNan(i * bands, bands)) {
        weights[i] = 0;
        Arrays.fill(terms, i * bands, (i + 1) * bands, 0);
      }
    }
  }

  private boolean hasNan(int from, int bands) {
    for (int i = from; i < from + bands; i++) {
      if (Double.isNaN(terms[i])) {
        return true;
      }
    }
    return false;
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
