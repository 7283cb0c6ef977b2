package io.ndstream.warp;

import io.ndstream.pixels.DType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Single precision, for whole numbers of 8 and 16 bits: twice as many fit into a vector. With uint8
 * every step of blur and linear interpolation is exact, for their weights have no more than 16
 * binary places together. Elsewhere a sum may be wrong by 1/128, so that a result may differ by one
 * from the exactly rounded one, as it does in the reference, which computes in single precision
 * too.
 */
final class FloatLanes implements Lanes<float[]> {
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  /**
   * From here on floats have no fractions: a number below 2^22 added to it is rounded, halves to
   * even, and stands in the low bits.
   */
  private static final float WHOLE = 0x1.8p23f;

  /** Less than any distance from a half to the next sum of products. */
  private static final float NUDGE = 0x1p-18f;

  private float[] spare = new float[0];
  private double[] wide = new double[0];

  /**
   * Whether values of a decoding are in the range of these lanes: stored as they are, and small.
   */
  static boolean hold(Decoding decoding) {
    return decoding.isPlain() && !decoding.stored().isFloat() && decoding.stored().bytes() <= 2;
  }

  @Override
  public float[] row(Scratch scratch, int length) {
    return scratch.floats(length);
  }

  @Override
  public float[] spare(int length) {
    if (spare.length < length) {
      spare = new float[length];
    }
    return spare;
  }

  @Override
  public void fill(float[] row, int from, int to, double value) {
    Arrays.fill(row, from, to, (float) value);
  }

  @Override
  public void decode(byte[] stored, Decoding decoding, float[] into, int count) {
    switch (decoding.stored()) {
      case UINT8 -> {
        for (int i = 0; i < count; i++) {
          into[i] = stored[i] & 0xff;
        }
      }
      case INT8 -> {
        for (int i = 0; i < count; i++) {
          into[i] = stored[i];
        }
      }
      case UINT16 -> {
        for (int i = 0; i < count; i++) {
          into[i] = (short) SHORTS.get(stored, 2 * i) & 0xffff;
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          into[i] = (short) SHORTS.get(stored, 2 * i);
        }
      }
    }
  }

  /**
   * The bits of {@code value + WHOLE} are several times faster than the conversion, which must test
   * for numbers out of range.
   */
  @Override
  public void encode(float[] values, int count, DType dtype, byte[] into) {
    switch (dtype) {
      case UINT8, INT8 -> {
        for (int i = 0; i < count; i++) {
          into[i] = (byte) Float.floatToRawIntBits(values[i] + WHOLE);
        }
      }
      case UINT16, INT16 -> {
        for (int i = 0; i < count; i++) {
          SHORTS.set(into, 2 * i, (short) Float.floatToRawIntBits(values[i] + WHOLE));
        }
      }
      case FLOAT32 -> {
        for (int i = 0; i < count; i++) {
          FLOATS.set(into, 4 * i, values[i]);
        }
      }
      default -> encodeWide(values, count, dtype, into);
    }
  }

  private void encodeWide(float[] values, int count, DType dtype, byte[] into) {
    if (wide.length < count) {
      wide = new double[count];
    }
    for (int i = 0; i < count; i++) {
      wide[i] = values[i];
    }
    StoredDoubles.write(wide, count, dtype, into);
  }

  @Override
  public void triple(
      float[] a, float[] own, float[] b, double weight, double beside, float[] into, int count) {
    float middle = (float) weight;
    float side = (float) beside;
    for (int i = 0; i < count; i++) {
      into[i] = own[i] * middle + (a[i] + b[i]) * side;
    }
  }

  @Override
  public void addPair(float[] a, float[] b, double weight, float[] into, int count) {
    float w = (float) weight;
    for (int i = 0; i < count; i++) {
      into[i] += (a[i] + b[i]) * w;
    }
  }

  @Override
  public void mix(float[] a, double weightA, float[] b, double weightB, float[] into, int count) {
    float wa = (float) weightA;
    float wb = (float) weightB;
    for (int i = 0; i < count; i++) {
      into[i] = a[i] * wa + b[i] * wb;
    }
  }

  @Override
  public void add(float[] row, double weight, float[] into, int count) {
    float w = (float) weight;
    for (int i = 0; i < count; i++) {
      into[i] += row[i] * w;
    }
  }

  @Override
  public void addPixel(float[] row, int from, double weight, float[] into, int at, int count) {
    float w = (float) weight;
    for (int i = 0; i < count; i++) {
      into[at + i] += row[from + i] * w;
    }
  }

  @Override
  public void blend(
      float[] above,
      float[] below,
      int from,
      int bands,
      double right,
      double lower,
      float[] into,
      int at) {
    float w00 = (float) ((1 - lower) * (1 - right));
    float w01 = (float) ((1 - lower) * right);
    float w10 = (float) (lower * (1 - right));
    float w11 = (float) (lower * right);
    int next = from + bands;
    for (int b = 0; b < bands; b++) {
      into[at + b] =
          above[from + b] * w00
              + above[next + b] * w01
              + below[from + b] * w10
              + below[next + b] * w11;
    }
  }

  @Override
  public void mixEach(
      float[] a, float[] weightsA, float[] b, float[] weightsB, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = a[i] * weightsA[i] + b[i] * weightsB[i];
    }
  }

  @Override
  public void addEach(float[] row, float[] weights, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] += row[i] * weights[i];
    }
  }

  @Override
  public void gather(float[] row, int[] index, int offset, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = row[index[i] + offset];
    }
  }

  @Override
  public void pick(float[] from, int first, int step, float[] into, int count) {
    for (int i = 0, at = first; i < count; i++, at += step) {
      into[i] = from[at];
    }
  }

  @Override
  public void spread(double[] weights, int offset, int[] at, int repeat, float[] into, int count) {
    for (int x = 0, i = 0; x < count; x++) {
      float weight = (float) weights[at[x] + offset];
      for (int end = i + repeat; i < end; i++) {
        into[i] = weight;
      }
    }
  }

  /** To even first; then the rest, pushed up a little, rounds to one only where it is a half. */
  @Override
  public void roundHalfUp(float[] values, int count) {
    float[] even = spare(count);
    for (int i = 0; i < count; i++) {
      even[i] = values[i] + WHOLE - WHOLE;
    }
    for (int i = 0; i < count; i++) {
      values[i] = values[i] - even[i] + NUDGE + WHOLE - WHOLE + even[i];
    }
  }

  @Override
  public void roundHalfEven(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = values[i] + WHOLE - WHOLE;
    }
  }

  @Override
  public void clamp(float[] values, double low, double high, int count) {
    float least = (float) low;
    float most = (float) high;
    for (int i = 0; i < count; i++) {
      values[i] = Math.max(least, Math.min(most, values[i]));
    }
  }
}
