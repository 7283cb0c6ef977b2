package io.ndstream.raster;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Random;

/** Pixels known by a formula: (7 y + x + 31 b), brought into the range of the dtype. */
final class Formula {
  private Formula() {}

  static double value(DType dtype, int x, int y, int band) {
    long v = 7L * y + x + 31L * band;
    return switch (dtype) {
      case UINT8 -> v % 256;
      case INT8 -> v % 256 - 128;
      case UINT16 -> v * 3 % 65536;
      case INT16 -> v * 3 % 65536 - 32768;
      case INT32, INT64 -> v * 65537 % 4_000_000_000L - 2_000_000_000L;
      case UINT32, UINT64 -> v * 65537 % 4_000_000_000L;
      case FLOAT32, FLOAT64 -> v / 4.0 - 100;
    };
  }

  static void put(ByteBuffer buffer, int at, DType dtype, double value) {
    switch (dtype) {
      case UINT8, INT8 -> buffer.put(at, (byte) (long) value);
      case UINT16, INT16 -> buffer.putShort(at, (short) (long) value);
      case UINT32, INT32 -> buffer.putInt(at, (int) (long) value);
      case UINT64, INT64 -> buffer.putLong(at, (long) value);
      case FLOAT32 -> buffer.putFloat(at, (float) value);
      case FLOAT64 -> buffer.putDouble(at, value);
    }
  }

  static double get(ByteBuffer buffer, int at, DType dtype) {
    return switch (dtype) {
      case UINT8 -> buffer.get(at) & 0xff;
      case INT8 -> buffer.get(at);
      case UINT16 -> buffer.getShort(at) & 0xffff;
      case INT16 -> buffer.getShort(at);
      case UINT32 -> buffer.getInt(at) & 0xffffffffL;
      case INT32 -> buffer.getInt(at);
      case UINT64, INT64 -> buffer.getLong(at);
      case FLOAT32 -> buffer.getFloat(at);
      case FLOAT64 -> buffer.getDouble(at);
    };
  }

  /** The window's pixels, rows, columns, bands, little-endian. */
  static ByteBuffer pixels(DType dtype, Window w, int bands) {
    ByteBuffer buffer =
        ByteBuffer.allocate((int) w.area() * bands * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    for (int y = w.y(); y < w.bottom(); y++) {
      for (int x = w.x(); x < w.right(); x++) {
        for (int b = 0; b < bands; b++, at += dtype.bytes()) {
          put(buffer, at, dtype, value(dtype, x, y, b));
        }
      }
    }
    return buffer;
  }

  /** Writes a file of the formula, in blocks. */
  static Path write(Path path, RasterSpec spec) {
    try (RasterWriter writer = RasterWriter.create(path, spec)) {
      int step = 128;
      for (int y = 0; y < spec.height(); y += step) {
        Window w = new Window(0, y, spec.width(), Math.min(step, spec.height() - y));
        writer.write(w, pixels(spec.dtype(), w, spec.bands()));
      }
      writer.commit();
    }
    return path;
  }

  static Window randomWindow(Random random, int width, int height) {
    int w = 1 + random.nextInt(width);
    int h = 1 + random.nextInt(height);
    return new Window(random.nextInt(width - w + 1), random.nextInt(height - h + 1), w, h);
  }
}
