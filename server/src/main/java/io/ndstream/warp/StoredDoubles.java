package io.ndstream.warp;

import io.ndstream.pixels.DType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian numbers of every dtype, read as doubles and written from them. */
final class StoredDoubles {
  private static final VarHandle SHORTS = view(short[].class);
  private static final VarHandle INTS = view(int[].class);
  private static final VarHandle LONGS = view(long[].class);
  private static final VarHandle FLOATS = view(float[].class);
  private static final VarHandle DOUBLES = view(double[].class);
  private static final double TWO_63 = 0x1p63;

  private StoredDoubles() {}

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  /** Every number of every type but the largest 64-bit integers is exact as a double. */
  static void read(byte[] from, double[] to, int count, DType type) {
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
      default -> readLarge(from, to, count, type);
    }
  }

  private static void readLarge(byte[] from, double[] to, int count, DType type) {
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

  /** Casts values: fractions are cut off, what an integer type cannot hold wraps around. */
  static void write(double[] values, int count, DType type, byte[] to) {
    switch (type) {
      case UINT8, INT8 -> {
        for (int i = 0; i < count; i++) {
          to[i] = (byte) (long) values[i];
        }
      }
      case UINT16, INT16 -> {
        for (int i = 0; i < count; i++) {
          SHORTS.set(to, 2 * i, (short) (long) values[i]);
        }
      }
      case UINT32, INT32 -> {
        for (int i = 0; i < count; i++) {
          INTS.set(to, 4 * i, (int) (long) values[i]);
        }
      }
      case FLOAT32 -> {
        for (int i = 0; i < count; i++) {
          FLOATS.set(to, 4 * i, (float) values[i]);
        }
      }
      case FLOAT64 -> {
        for (int i = 0; i < count; i++) {
          DOUBLES.set(to, 8 * i, values[i]);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          double value = values[i];
          LONGS.set(
              to, 8 * i, value >= TWO_63 ? (long) (value - TWO_63) + Long.MIN_VALUE : (long) value);
        }
      }
    }
  }
}
