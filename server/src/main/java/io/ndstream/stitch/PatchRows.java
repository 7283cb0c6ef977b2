package io.ndstream.stitch;

import io.ndstream.pixels.DType;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Reads a patch row by row. Holds one row; for one thread. Rows of finite float32 values stay floats ({@link #isPlain}), for they go the
 * fast way; {@link #expand} makes terms of any row: value times weight, the bands of a pixel side by side.
 */
final class PatchRows {
  private static final int INFINITE = 0x7f800000;

  private final Patch patch;
  private final PatchWeights weighting;
  private final NanPolicy policy;
  private final IntBuffer bits;
  private double[] terms;
  private boolean isPlain;
  private int count;
  /** Bits of the floats of the row last read, if it is plain. */
  final int[] plain;
  /** The weights of the row last read, one a pixel; not set while {@link #unweighted}. */
  final double[] weights;
  /** Every pixel of the row has weight 1. */
  boolean unweighted;
  /** No weight of that row is larger in size. */
  double largestWeight;
  /** No term is larger in size; infinite or NaN if one is. */
  double largest;

  PatchRows(Patch patch, PatchWeights weighting, NanPolicy policy) {
    this.patch = patch;
    this.weighting = weighting;
    this.policy = policy;
    boolean inPlace = patch.dtype() == DType.FLOAT32 && (!patch.channelsFirst() || patch.bands() == 1);
    this.bits = inPlace ? patch.data().asIntBuffer() : null;
    this.plain = new int[inPlace ? patch.width() * patch.bands() : 0];
    this.weights = new double[patch.width()];
  }

  boolean isUnit() {
    return weighting.isUnit();
  }

  /** Reads columns {@code [x, x + count)} of row {@code y}. */
  void read(int y, int x, int columns) {
    count = columns;
    unweighted = weighting.isUnit();
    largestWeight = unweighted ? 1 : weighting.row(y, x, columns, weights);
    if (bits != null) {
      bits.get((y * patch.width() + x) * patch.bands(), plain, 0, columns * patch.bands());
      largest = largestFloat(columns * patch.bands()) * largestWeight;
    }
    isPlain = bits != null && largest < Double.POSITIVE_INFINITY;
    if (!isPlain) {
      fill(y, x);
    }
  }

  /** Whether the row is one of finite floats, in {@link #plain}. */
  boolean isPlain() {
    return isPlain;
  }

  /** The terms of the row; the caller may overwrite them. */
  double[] expand() {
    if (isPlain) {
      for (int i = 0; i < count * patch.bands(); i++) {
        terms()[i] = Float.intBitsToFloat(plain[i]);
      }
      weigh();
    }
    return terms;
  }

  /**
   * A bound for the sizes of floats, not above twice the largest, from their bits: as integers they sort like their sizes. The union of
   * bits nearly always tells, and the compiler makes vector code of it.
   */
  private float largestFloat(int n) {
    int union = 0;
    for (int i = 0; i < n; i++) {
      union |= plain[i];
    }
    union &= Integer.MAX_VALUE;
    if (union < INFINITE) {
      return Float.intBitsToFloat(union);
    }
    int most = 0;
    for (int i = 0; i < n; i++) {
      most = Math.max(most, plain[i] & Integer.MAX_VALUE);
    }
    return Float.intBitsToFloat(most);
  }

  /** The slow way: any type, any axes, NaN and infinity. */
  private void fill(int y, int x) {
    int bands = patch.bands();
    double[] to = terms();
    int pixelStride = patch.channelsFirst() ? 1 : bands;
    int bandStride = patch.channelsFirst() ? patch.height() * patch.width() : 1;
    int from = (y * patch.width() + x) * pixelStride;
    for (int i = 0, t = 0; i < count; i++) {
      for (int b = 0; b < bands; b++, t++) {
        to[t] = value(patch.data(), patch.dtype(), from + i * pixelStride + b * bandStride);
      }
    }
    weigh();
    largest = largestTerm();
    if (Double.isNaN(largest) && policy == NanPolicy.OMIT) {
      omit();
      largest = largestTerm();
    }
  }

  private double[] terms() {
    if (terms == null) {
      terms = new double[patch.width() * patch.bands()];
    }
    return terms;
  }

  private void weigh() {
    if (unweighted) {
      return;
    }
    for (int i = 0, t = 0; i < count; i++) {
      for (int b = 0; b < patch.bands(); b++, t++) {
        terms[t] *= weights[i];
      }
    }
  }

  private double largestTerm() {
    double most = 0;
    for (int i = 0; i < count * patch.bands(); i++) {
      most = Math.max(most, Math.abs(terms[i]));
    }
    return most;
  }

  /** A pixel with NaN in any band weighs nothing in all. */
  private void omit() {
    int bands = patch.bands();
    if (unweighted) {
      Arrays.fill(weights, 0, count, 1);
      unweighted = false;
    }
    for (int i = 0; i < count; i++) {
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
