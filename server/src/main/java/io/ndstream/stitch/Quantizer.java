package io.ndstream.stitch;

import static java.lang.Math.ceil;
import static java.lang.Math.floor;

import io.ndstream.coco.Quantization;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.DType;
import java.nio.ByteBuffer;

/**
 * Stores numbers as integers: {@code trunc((clip(x) - min) * (quantMax - quantMin) / (max - min) +
 * quantMin)}, NaN as nodata. Arithmetic is that of the values' own type for 8 and 16 bits, as the
 * reference's; wider types, where that would wrap round, take float64 and a clamp.
 *
 * @param dtype integer type
 * @param min of the range; what is below is clipped
 * @param max of the range, above {@code min}
 * @param round to the nearest integer instead of towards {@code quantMin}
 */
public record Quantizer(DType dtype, double min, double max, boolean round) {
  public Quantizer {
    if (dtype.isFloat()) {
      throw LoaderException.of(
          Reason.BAD_DTYPE, "dtype", dtype.numpyName(), "expected", "an integer type");
    }
    if (!(min < max) || Double.isInfinite(min) || Double.isInfinite(max)) {
      throw LoaderException.of(
          Reason.QUANT_RANGE,
          "min",
          min,
          "max",
          max,
          "expected",
          "finite bounds, old_min must be less than old_max");
    }
  }

  /**
   * For numbers between {@code least} and {@code most}; a bound that is given stands, the other is
   * rounded outwards to an integer. Without numbers 0 to 1, unless both bounds are given. An empty
   * range is widened to 1.
   *
   * @param min or null
   * @param max or null
   * @param least NaN if there are no numbers
   * @throws LoaderException QUANT_RANGE for given bounds in the wrong order, or infinite numbers
   *     without bounds
   */
  public static Quantizer covering(
      DType dtype, Double min, Double max, double least, double most, boolean round) {
    boolean given = min != null && max != null;
    boolean none = Double.isNaN(least) && !given;
    double low = none ? 0 : min != null ? min : floor(least);
    double high = none ? 1 : max != null ? max : ceil(most) + 0.0; // no -0
    if (low == high) {
      high = low + 1;
    }
    return new Quantizer(dtype, low, high, round);
  }

  public double quantMin() {
    return dtype.isSigned() ? 0 : 1;
  }

  /** The largest stored number; for 64 bits rounded up to a double. */
  public double quantMax() {
    int bits = 8 * dtype.bytes() - (dtype.isSigned() ? 1 : 0);
    return Math.scalb(1.0, bits) - 1;
  }

  public long nodata() {
    return !dtype.isSigned() ? 0 : dtype == DType.INT8 ? -128 : -9999;
  }

  /** How to read what is stored. */
  public Quantization encoding() {
    return new Quantization("float32", min, max, quantMin(), quantMax(), (double) nodata());
  }

  /**
   * Appends the stored numbers of {@code count} values, little-endian.
   *
   * @param single the values are float32; rounding errors are then those of float32
   */
  public void quantize(double[] values, int count, boolean single, ByteBuffer into) {
    if (dtype.bytes() > 2) {
      wide(values, count, into);
    } else if (single) {
      float[] floats = new float[count];
      for (int i = 0; i < count; i++) {
        floats[i] = (float) values[i];
      }
      narrow(floats, count, into);
    } else {
      doubles(values, count, into);
    }
  }

  /** As above, for values that are float32. */
  void quantize(float[] values, int count, ByteBuffer into) {
    if (dtype.bytes() > 2) {
      double[] wide = new double[count];
      for (int i = 0; i < count; i++) {
        wide[i] = values[i];
      }
      wide(wide, count, into);
    } else {
      narrow(values, count, into);
    }
  }

  /** Clips last, which is the same as numbers rise. */
  private void narrow(float[] values, int count, ByteBuffer into) {
    float low = (float) min;
    float factor = (float) ((quantMax() - quantMin()) / (max - min));
    float first = (float) quantMin();
    float half = round ? 0.5f : 0;
    int least = (int) (first + half);
    int most = Math.min((int) (((float) max - low) * factor + first + half), (int) quantMax());
    short empty = (short) nodata();
    short[] stored = new short[count];
    for (int i = 0; i < count; i++) {
      float q = (values[i] - low) * factor + first + half;
      stored[i] = Float.isNaN(q) ? empty : (short) Math.max(least, Math.min((int) q, most));
    }
    put(stored, into);
  }

  private void doubles(double[] values, int count, ByteBuffer into) {
    double factor = (quantMax() - quantMin()) / (max - min);
    double first = quantMin();
    double half = round ? 0.5 : 0;
    int most = (int) quantMax();
    short empty = (short) nodata();
    short[] stored = new short[count];
    for (int i = 0; i < count; i++) {
      double x = values[i];
      double clipped = x < min ? min : x > max ? max : x;
      int q = Math.min((int) ((clipped - min) * factor + first + half), most);
      stored[i] = Double.isNaN(x) ? empty : (short) q;
    }
    put(stored, into);
  }

  /**
   * Copies from an array in one go: numbers put one by one into a buffer cost more than the
   * arithmetic.
   *
   * @param stored the low bits count, so that uint16 fits
   */
  private void put(short[] stored, ByteBuffer into) {
    if (dtype.bytes() == 1) {
      byte[] bytes = new byte[stored.length];
      for (int i = 0; i < stored.length; i++) {
        bytes[i] = (byte) stored[i];
      }
      into.put(bytes);
    } else {
      into.asShortBuffer().put(stored);
      into.position(into.position() + 2 * stored.length);
    }
  }

  private void wide(double[] values, int count, ByteBuffer into) {
    double factor = (quantMax() - quantMin()) / (max - min);
    for (int i = 0; i < count; i++) {
      double x = values[i];
      double q = (Math.min(Math.max(x, min), max) - min) * factor + quantMin() + (round ? 0.5 : 0);
      long stored =
          Double.isNaN(x)
              ? nodata()
              : q >= quantMax()
                  ? largest()
                  : q < 0x1p63 ? (long) q : (long) (q - 0x1p63) + Long.MIN_VALUE;
      if (dtype.bytes() == 4) {
        into.putInt((int) stored);
      } else {
        into.putLong(stored);
      }
    }
  }

  /** {@link #quantMax} as bits; all ones for uint64. */
  private long largest() {
    return dtype == DType.UINT64 ? -1 : dtype == DType.INT64 ? Long.MAX_VALUE : (long) quantMax();
  }

  /**
   * The numbers that stored ones stand for: {@code (q - quantMin) * (origMax - origMin) / (quantMax
   * - quantMin) + origMin}, NaN for nodata if the type can hold that. In float32, unless the
   * original type is float64.
   *
   * @param stored of {@code dtype}, little-endian, from position 0
   */
  public static double[] dequantize(
      ByteBuffer stored, DType dtype, int count, Quantization encoding) {
    double extent = encoding.quantMax() - encoding.quantMin();
    double factor = extent == 0 ? 0 : (encoding.origMax() - encoding.origMin()) / extent;
    Double nodata =
        encoding.nodata() != null && holds(dtype, encoding.nodata()) ? encoding.nodata() : null;
    boolean single = !"float64".equals(encoding.origDtype());
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      double q = PatchValues.value(stored, dtype, i);
      if (nodata != null && q == nodata) {
        values[i] = Double.NaN;
      } else if (single) {
        values[i] =
            ((float) q - (float) encoding.quantMin()) * (float) factor + (float) encoding.origMin();
      } else {
        values[i] = (q - encoding.quantMin()) * factor + encoding.origMin();
      }
    }
    return values;
  }

  private static boolean holds(DType dtype, double value) {
    int bits = 8 * dtype.bytes();
    double least = dtype.isSigned() ? -Math.scalb(1.0, bits - 1) : 0;
    double most = Math.scalb(1.0, dtype.isSigned() ? bits - 1 : bits) - 1;
    return dtype.isFloat() || (value >= least && value <= most && value == Math.rint(value));
  }
}
