package io.ndstream.warp;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The pixels of a window of a file as values. Read in strips, so that a window of any size takes bounded memory. */
final class DecodedRows extends Rows {
  private static final int STRIP_BYTES = 16 << 20;
  private static final VarHandle SHORTS = view(short[].class);
  private static final VarHandle INTS = view(int[].class);
  private static final VarHandle LONGS = view(long[].class);
  private static final VarHandle FLOATS = view(float[].class);
  private static final VarHandle DOUBLES = view(double[].class);

  private PixelReader reader;
  private Decoding decoding;
  private Scratch scratch;
  private int level;
  private Window window;
  private int rowBytes;
  private int stripRows;
  private int strip;

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  /** Opens a window, not empty. Nothing is read yet. */
  DecodedRows open(PixelReader from, int ofLevel, Window of, Decoding as, int rowsKept, Scratch scratch) {
    this.reader = from;
    this.decoding = as;
    this.scratch = scratch;
    this.level = ofLevel;
    this.window = of;
    rowBytes = Math.multiplyExact(Math.multiplyExact(of.width(), as.bands()), as.stored().bytes());
    stripRows = Math.max(1, Math.min(of.height(), STRIP_BYTES / rowBytes));
    strip = -1;
    shape(of.width(), of.height(), as.bands(), rowsKept, scratch);
    return this;
  }

  @Override
  void make(int y, double[] into) {
    byte[] stored = scratch.rowBytes(rowBytes);
    loaded(y / stripRows).get(y % stripRows * rowBytes, stored, 0, rowBytes);
    widen(stored, into, elements(), decoding.stored());
    if (decoding.quantum() != null) {
      dequantize(into, decoding.quantum());
    } else if (decoding.nodata() != null) {
      blank(into);
    }
  }

  private ByteBuffer loaded(int wanted) {
    int first = wanted * stripRows;
    int rows = Math.min(stripRows, window.height() - first);
    ByteBuffer pixels = scratch.pixels(stripRows * rowBytes);
    if (strip != wanted) {
      strip = -1;
      Window part = new Window(window.x(), window.y() + first, window.width(), rows);
      reader.read(level, part, pixels, Layout.hwc(0, window.width(), bands(), decoding.stored().bytes()));
      strip = wanted;
    }
    return pixels;
  }

  private void blank(double[] row) {
    for (int band = 0; band < bands(); band++) {
      double nodata = decoding.nodata()[band];
      for (int e = band; e < elements() && !Double.isNaN(nodata); e += bands()) {
        if (row[e] == nodata) {
          row[e] = Double.NaN;
        }
      }
    }
  }

  private void dequantize(double[] row, Decoding.Quantum q) {
    boolean single = decoding.value() == DType.FLOAT32;
    double factor = single ? (float) q.factor() : q.factor();
    for (int e = 0; e < elements(); e++) {
      double stored = row[e];
      double value = stored - q.min();
      value = single ? (float) ((float) value * factor) + q.offset() : value * factor + q.offset();
      boolean missing = stored == q.nodata() || decoding.nodata() != null && stored == decoding.nodata()[e % bands()];
      row[e] = missing ? Double.NaN : single ? (float) value : value;
    }
  }

  /** Every number of every type but the largest 64-bit integers is exact as a double. */
  private static void widen(byte[] from, double[] to, int count, DType type) {
    switch (type) {
      case UINT8 -> {
        for (int i = 0; i < count; i++) {
          to[i] = from[i] & 0xff;
        }
      }
      case INT8 -> {
        for (int i = 0; i < count; i++) {
          to[i] = from[i];
        }
      }
      case UINT16 -> {
        for (int i = 0; i < count; i++) {
          to[i] = (short) SHORTS.get(from, 2 * i) & 0xffff;
        }
      }
      case INT16 -> {
        for (int i = 0; i < count; i++) {
          to[i] = (short) SHORTS.get(from, 2 * i);
        }
      }
      case FLOAT32 -> {
        for (int i = 0; i < count; i++) {
          to[i] = (float) FLOATS.get(from, 4 * i);
        }
      }
      default -> widenLarge(from, to, count, type);
    }
  }

  private static void widenLarge(byte[] from, double[] to, int count, DType type) {
    switch (type) {
      case UINT32 -> {
        for (int i = 0; i < count; i++) {
          to[i] = (int) INTS.get(from, 4 * i) & 0xffffffffL;
        }
      }
      case INT32 -> {
        for (int i = 0; i < count; i++) {
          to[i] = (int) INTS.get(from, 4 * i);
        }
      }
      case UINT64 -> {
        for (int i = 0; i < count; i++) {
          long bits = (long) LONGS.get(from, 8 * i);
          to[i] = bits >= 0 ? bits : (bits >>> 1 | bits & 1) * 2.0;
        }
      }
      case INT64 -> {
        for (int i = 0; i < count; i++) {
          to[i] = (long) LONGS.get(from, 8 * i);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          to[i] = (double) DOUBLES.get(from, 8 * i);
        }
      }
    }
  }
}
