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

  private ByteBuffer into;
  private Layout layout;
  private DType dtype;
  private int bands;
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
   */
  RowWriter open(Destination to, int ofBands, int widest) {
    into = to.into();
    layout = to.layout();
    dtype = to.dtype();
    bands = ofBands;
    int bytes = Math.multiplyExact(Math.multiplyExact(widest, ofBands), dtype.bytes());
    if (encoded.length < bytes) {
      encoded = new byte[bytes];
    }
    return this;
  }

  /**
   * Writes {@code pixels} pixels of row y from column x on; {@code values} holds them band by band,
   * pixel after pixel.
   */
  <A> void write(int y, int x, Lanes<A> lanes, A values, int pixels) {
    int element = dtype.bytes();
    int at = layout.offset() + y * layout.rowStride() + x * layout.pixelStride();
    boolean together = bands == 1 || layout.bandStride() == element;
    if (together && layout.pixelStride() == bands * element) {
      lanes.encode(values, pixels * bands, dtype, encoded);
      into.put(at, encoded, 0, pixels * bands * element);
    } else if (layout.pixelStride() == element) {
      for (int b = 0; b < bands; b++) {
        encodeBand(lanes, values, b, pixels);
        into.put(at + b * layout.bandStride(), encoded, 0, pixels * element);
      }
    } else {
      for (int b = 0; b < bands; b++) {
        encodeBand(lanes, values, b, pixels);
        scatter(encoded, at + b * layout.bandStride(), pixels);
      }
    }
  }

  private <A> void encodeBand(Lanes<A> lanes, A values, int band, int pixels) {
    A picked = lanes.spare(pixels);
    lanes.pick(values, band, bands, picked, pixels);
    lanes.encode(picked, pixels, dtype, encoded);
  }

  /** Writes one value all over columns [0, pixels) of rows [from, to). */
  void fillRows(int from, int to, int pixels, double value) {
    for (int y = from; y < to; y++) {
      fill(y, 0, pixels, value);
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
      StoredDoubles.write(values, count, dtype, blank);
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
}
