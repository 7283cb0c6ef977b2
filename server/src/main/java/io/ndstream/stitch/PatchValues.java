package io.ndstream.stitch;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * The values of a patch that fall on one strip of a tile, each at the place of its cell: in one
 * array, the bands of a pixel side by side, or in an array a band. For one thread.
 *
 * <p>Types that a float holds exactly are floats, others doubles. Float32 values tell by their
 * bits, while they are read, whether all are finite and how large they may be.
 */
final class PatchValues {
  private final Patch patch;
  private final int depth;

  /** One of the two is null. */
  private final float[][] floats;

  private final double[][] doubles;

  /** The patch's float32 data, or null. */
  private final FloatBuffer data;

  /** A row as it lies in the patch, where the tile wants it otherwise. */
  private final float[] row;

  private final LargestFloat largest;

  /**
   * @param columns of the patch that are read
   * @param depth values of a pixel side by side: all bands, or 1
   * @param length pixels of a strip
   * @param arrays for what is read
   */
  PatchValues(Patch patch, int columns, int depth, int length, FloatArrays arrays) {
    this.patch = patch;
    this.depth = depth;
    int bands = patch.bands() / depth;
    boolean single = fitsFloat(patch.dtype());
    this.floats = single ? new float[bands][] : null;
    this.doubles = single ? null : new double[bands][];
    for (int i = 0; i < bands; i++) {
      if (single) {
        floats[i] = arrays.take(LargestFloat.length(length * depth));
      } else {
        doubles[i] = Cells.doubles(length * depth);
      }
    }
    boolean float32 = patch.dtype() == DType.FLOAT32;
    this.data = float32 ? patch.data().asFloatBuffer() : null;
    this.row = float32 ? arrays.take(columns * patch.bands()) : null;
    this.largest =
        float32 ? new LargestFloat(arrays.take(LargestFloat.length(length * depth))) : null;
  }

  private static boolean fitsFloat(DType dtype) {
    return dtype == DType.FLOAT32 || dtype.bytes() < Float.BYTES;
  }

  boolean areFloats() {
    return floats != null;
  }

  /** Only if they {@link #areFloats}. */
  float[] floats(int array) {
    return floats[array];
  }

  double value(int array, int place) {
    return floats == null ? doubles[array][place] : floats[array][place];
  }

  /**
   * Reads rows of the patch.
   *
   * @param source of the patch
   * @param place of the first pixel
   * @param step from a row's place to the next
   * @return the largest size of a value, NaN if one is
   */
  double read(Window source, int place, int step) {
    double most = 0;
    for (int y = 0; y < source.height(); y++) {
      Window line = new Window(source.x(), source.y() + y, source.width(), 1);
      int to = place + y * step;
      if (data == null) {
        most = Math.max(most, readAny(line, to));
      } else {
        readFloats(line, to);
      }
    }
    if (data == null) {
      return most;
    }
    int end = place + (source.height() - 1) * step + source.width();
    for (float[] array : floats) {
      most = Math.max(most, largest.of(array, place * depth, end * depth));
    }
    return most;
  }

  private void readFloats(Window line, int place) {
    if (patch.channelsFirst()) {
      readBands(line, place);
    } else {
      readPixels(line, place);
    }
  }

  private void readBands(Window line, int place) {
    int count = line.width();
    for (int b = 0; b < patch.bands(); b++) {
      int from = (b * patch.height() + line.y()) * patch.width() + line.x();
      if (depth == 1) {
        data.get(from, floats[b], place, count);
      } else {
        data.get(from, row, 0, count);
        for (int i = 0, t = place * depth + b; i < count; i++, t += depth) {
          floats[0][t] = row[i];
        }
      }
    }
  }

  private void readPixels(Window line, int place) {
    int bands = patch.bands();
    int from = (line.y() * patch.width() + line.x()) * bands;
    int count = line.width() * bands;
    if (depth == bands) {
      data.get(from, floats[0], place * depth, count);
      return;
    }
    data.get(from, row, 0, count);
    for (int b = 0; b < bands; b++) {
      float[] to = floats[b];
      for (int i = b, t = place; i < count; i += bands, t++) {
        to[t] = row[i];
      }
    }
  }

  private double readAny(Window line, int place) {
    int bands = patch.bands();
    int pixelStride = patch.channelsFirst() ? 1 : bands;
    int bandStride = patch.channelsFirst() ? patch.height() * patch.width() : 1;
    int from = (line.y() * patch.width() + line.x()) * pixelStride;
    double largest = 0;
    for (int i = 0; i < line.width(); i++) {
      for (int b = 0; b < bands; b++) {
        double value = value(patch.data(), patch.dtype(), from + i * pixelStride + b * bandStride);
        largest = Math.max(largest, Math.abs(value));
        set(b, place + i, value);
      }
    }
    return largest;
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

  /** The largest size of a pixel's values, NaN if one is. */
  double largest(int pixel) {
    double largest = 0;
    for (int b = 0; b < patch.bands(); b++) {
      largest = Math.max(largest, Math.abs(value(b / depth, pixel * depth + b % depth)));
    }
    return largest;
  }

  /** Makes all values of a pixel 0. */
  void clear(int pixel) {
    for (int b = 0; b < patch.bands(); b++) {
      set(b, pixel, 0);
    }
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
