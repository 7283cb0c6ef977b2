package io.ndstream.warp;

import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Writes rows of values to their places, cast to the wanted dtype. */
final class RowWriter {
  private static final VarHandle SHORTS = view(short[].class);
  private static final VarHandle INTS = view(int[].class);
  private static final VarHandle LONGS = view(long[].class);
  private static final VarHandle FLOATS = view(float[].class);
  private static final VarHandle DOUBLES = view(double[].class);
  private static final double TWO_63 = 0x1p63;
  private static final double INTEGER_BITS = 0x1.8p52;

  private ByteBuffer into;
  private Layout layout;
  private DType dtype;
  private int bands;
  private boolean integral;
  private byte[] encoded = new byte[0];
  private byte[] blank = new byte[0];
  private int blankCount;
  private long blankBits;
  private DType blankType;

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * @param widest pixels of a row
   * @param wholeNumbers whether no value will have a fraction
   */
  RowWriter open(Destination to, int ofBands, int widest, boolean wholeNumbers) {
    into = to.into();
    layout = to.layout();
    dtype = to.dtype();
    bands = ofBands;
    integral = wholeNumbers && dtype.bytes() <= 4;
    int bytes = Math.multiplyExact(Math.multiplyExact(widest, ofBands), dtype.bytes());
    if (encoded.length < bytes) {
      encoded = new byte[bytes];
    }
    return this;
  }

  /** Writes {@code pixels} pixels of row y from column x on; {@code values} holds them band by band, pixel after pixel. */
  void write(int y, int x, double[] values, int pixels) {
    int element = dtype.bytes();
    int at = layout.offset() + y * layout.rowStride() + x * layout.pixelStride();
    boolean together = bands == 1 || layout.bandStride() == element;
    if (together && layout.pixelStride() == bands * element) {
      encode(values, 0, 1, pixels * bands);
      into.put(at, encoded, 0, pixels * bands * element);
    } else if (layout.pixelStride() == element) {
      for (int b = 0; b < bands; b++) {
        encode(values, b, bands, pixels);
        into.put(at + b * layout.bandStride(), encoded, 0, pixels * element);
      }
    } else {
      for (int b = 0; b < bands; b++) {
        encode(values, b, bands, pixels);
        scatter(encoded, at + b * layout.bandStride(), pixels);
      }
    }
  }

  /** Writes one value all over columns [x, x + pixels) of a row. */
  void fill(int y, int x, int pixels, double value) {
    int element = dtype.bytes();
    int at = layout.offset() + y * layout.rowStride() + x * layout.pixelStride();
    boolean together = bands == 1 || layout.bandStride() == element;
    if (together && layout.pixelStride() == bands * element) {
      into.put(at, blank(pixels * bands, value), 0, pixels * bands * element);
      return;
    }
    byte[] one = blank(pixels, value);
    for (int b = 0; b < bands; b++) {
      int first = at + b * layout.bandStride();
      if (layout.pixelStride() == element) {
        into.put(first, one, 0, pixels * element);
      } else {
        scatter(one, first, pixels);
      }
    }
  }

  /** Borders are filled row after row with the same value: it is encoded once. */
  private byte[] blank(int count, double value) {
    long bits = Double.doubleToRawLongBits(value);
    if (count > blankCount || bits != blankBits || dtype != blankType) {
      double[] values = new double[count];
      Arrays.fill(values, value);
      blank = new byte[count * dtype.bytes()];
      byte[] rows = encoded;
      encoded = blank;
      encode(values, 0, 1, count);
      encoded = rows;
      blankCount = count;
      blankBits = bits;
      blankType = dtype;
    }
    return blank;
  }

  private void scatter(byte[] from, int at, int pixels) {
    int stride = layout.pixelStride();
    switch (dtype.bytes()) {
      case 1 -> {
        for (int i = 0, to = at; i < pixels; i++, to += stride) {
          into.put(to, from[i]);
        }
      }
      case 2 -> {
        for (int i = 0, to = at; i < pixels; i++, to += stride) {
          into.putShort(to, (short) SHORTS.get(from, 2 * i));
        }
      }
      case 4 -> {
        for (int i = 0, to = at; i < pixels; i++, to += stride) {
          into.putInt(to, (int) INTS.get(from, 4 * i));
        }
      }
      default -> {
        for (int i = 0, to = at; i < pixels; i++, to += stride) {
          into.putLong(to, (long) LONGS.get(from, 8 * i));
        }
      }
    }
  }

  private void encode(double[] values, int from, int step, int count) {
    if (integral && !dtype.isFloat()) {
      encodeIntegral(values, from, step, count);
      return;
    }
    switch (dtype) {
      case UINT8, INT8 -> {
        for (int i = 0, v = from; i < count; i++, v += step) {
          encoded[i] = (byte) (int) values[v];
        }
      }
      case UINT16, INT16 -> {
        for (int i = 0, v = from; i < count; i++, v += step) {
          SHORTS.set(encoded, 2 * i, (short) (int) values[v]);
        }
      }
      case UINT32, INT32 -> {
        for (int i = 0, v = from; i < count; i++, v += step) {
          INTS.set(encoded, 4 * i, (int) (long) values[v]);
        }
      }
      case FLOAT32 -> {
        for (int i = 0, v = from; i < count; i++, v += step) {
          FLOATS.set(encoded, 4 * i, (float) values[v]);
        }
      }
      case FLOAT64 -> {
        for (int i = 0, v = from; i < count; i++, v += step) {
          DOUBLES.set(encoded, 8 * i, values[v]);
        }
      }
      default -> {
        for (int i = 0, v = from; i < count; i++, v += step) {
          double value = values[v];
          LONGS.set(encoded, 8 * i, value >= TWO_63 ? (long) (value - TWO_63) + Long.MIN_VALUE : (long) value);
        }
      }
    }
  }

  /**
   * A whole number of up to 51 bits stands in the low bits of its sum with 1.5 * 2^52, in two's complement: several times faster than the
   * conversion, which must test for numbers out of range.
   */
  private void encodeIntegral(double[] values, int from, int step, int count) {
    switch (dtype.bytes()) {
      case 1 -> {
        for (int i = 0, v = from; i < count; i++, v += step) {
          encoded[i] = (byte) Double.doubleToRawLongBits(values[v] + INTEGER_BITS);
        }
      }
      case 2 -> {
        for (int i = 0, v = from; i < count; i++, v += step) {
          SHORTS.set(encoded, 2 * i, (short) Double.doubleToRawLongBits(values[v] + INTEGER_BITS));
        }
      }
      default -> {
        for (int i = 0, v = from; i < count; i++, v += step) {
          INTS.set(encoded, 4 * i, (int) Double.doubleToRawLongBits(values[v] + INTEGER_BITS));
        }
      }
    }
  }
}
