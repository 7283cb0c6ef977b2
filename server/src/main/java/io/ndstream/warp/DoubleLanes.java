package io.ndstream.warp;

import io.ndstream.pixels.DType;
import java.util.Arrays;

/**
 * Double precision: holds every type but the largest 64-bit integers exactly, and floats to more
 * than their own precision.
 */
final class DoubleLanes implements Lanes<double[]> {
  private double[] spare = new double[0];

  @Override
  public double[] row(Scratch scratch, int length) {
    return scratch.doubles(length);
  }

  @Override
  public double[] spare(int length) {
    if (spare.length < length) {
      spare = new double[length];
    }
    return spare;
  }

  @Override
  public void fill(double[] row, int from, int to, double value) {
    Arrays.fill(row, from, to, value);
  }

  @Override
  public void decode(byte[] stored, Decoding decoding, double[] into, int count) {
    StoredDoubles.read(stored, into, count, decoding.stored());
    if (decoding.quantum() != null) {
      dequantize(into, decoding, count);
    } else if (decoding.nodata() != null) {
      blank(into, decoding.nodata(), count);
    }
  }

  private static void blank(double[] row, double[] nodata, int count) {
    for (int band = 0; band < nodata.length; band++) {
      double missing = nodata[band];
      for (int e = band; e < count && !Double.isNaN(missing); e += nodata.length) {
        if (row[e] == missing) {
          row[e] = Double.NaN;
        }
      }
    }
  }

  private static void dequantize(double[] row, Decoding decoding, int count) {
    Decoding.Quantum q = decoding.quantum();
    double[] nodata = decoding.nodata();
    boolean single = decoding.value() == DType.FLOAT32;
    double factor = single ? (float) q.factor() : q.factor();
    for (int e = 0; e < count; e++) {
      double stored = row[e];
      double value = stored - q.min();
      value = single ? (float) ((float) value * factor) + q.offset() : value * factor + q.offset();
      boolean missing =
          stored == q.nodata() || nodata != null && stored == nodata[e % nodata.length];
      row[e] = missing ? Double.NaN : single ? (float) value : value;
    }
  }

  @Override
  public void encode(double[] values, int count, DType dtype, byte[] into) {
    StoredDoubles.write(values, count, dtype, into);
  }

  @Override
  public void triple(
      double[] a,
      double[] own,
      double[] b,
      double weight,
      double beside,
      double[] into,
      int count) {
    for (int i = 0; i < count; i++) {
      into[i] = own[i] * weight + (a[i] + b[i]) * beside;
    }
  }

  @Override
  public void addPair(double[] a, double[] b, double weight, double[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] += (a[i] + b[i]) * weight;
    }
  }

  @Override
  public void mix(
      double[] a, double weightA, double[] b, double weightB, double[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = a[i] * weightA + b[i] * weightB;
    }
  }

  @Override
  public void add(double[] row, double weight, double[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] += row[i] * weight;
    }
  }

  @Override
  public void addPixel(double[] row, int from, double weight, double[] into, int at, int count) {
    for (int i = 0; i < count; i++) {
      into[at + i] += row[from + i] * weight;
    }
  }

  @Override
  public void blend(
      double[] above,
      double[] below,
      int from,
      int bands,
      double right,
      double lower,
      double[] into,
      int at) {
    double w00 = (1 - lower) * (1 - right);
    double w01 = (1 - lower) * right;
    double w10 = lower * (1 - right);
    double w11 = lower * right;
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
      double[] a, double[] weightsA, double[] b, double[] weightsB, double[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = a[i] * weightsA[i] + b[i] * weightsB[i];
    }
  }

  @Override
  public void addEach(double[] row, double[] weights, double[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] += row[i] * weights[i];
    }
  }

  @Override
  public void gather(double[] row, int[] index, int offset, double[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = row[index[i] + offset];
    }
  }

  @Override
  public void pick(double[] from, int first, int step, double[] into, int count) {
    for (int i = 0, at = first; i < count; i++, at += step) {
      into[i] = from[at];
    }
  }

  @Override
  public void spread(double[] weights, int offset, int[] at, int repeat, double[] into, int count) {
    for (int x = 0, i = 0; x < count; x++) {
      double weight = weights[at[x] + offset];
      for (int end = i + repeat; i < end; i++) {
        into[i] = weight;
      }
    }
  }

  @Override
  public void roundHalfUp(double[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = Math.floor(values[i] + 0.5);
    }
  }

  @Override
  public void roundHalfEven(double[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = Math.rint(values[i]);
    }
  }

  @Override
  public void clamp(double[] values, double low, double high, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = Math.max(low, Math.min(high, values[i]));
    }
  }
}
