package io.ndstream.raster;

/** Undoes TIFF's predictors and byte order in place, row by row, leaving little-endian values. */
final class Predictor {
  private Predictor() {}

  /**
   * @param rowBytes of one row of the tile
   * @param stride samples from a value to the one it was subtracted from
   */
  static void undo(TiffDirectory d, byte[] data, int rows, int rowBytes, int stride) {
    int bytes = d.bytesPerSample();
    if (d.predictor() == 3) {
      byte[] copy = new byte[rowBytes];
      for (int r = 0; r < rows; r++) {
        floatRow(data, r * rowBytes, rowBytes, bytes, stride, copy);
      }
      return;
    }
    if (d.bigEndian()) {
      swap(data, rows * rowBytes, bytes);
    }
    if (d.predictor() == 2) {
      for (int r = 0; r < rows; r++) {
        differences(data, r * rowBytes, rowBytes, bytes, stride);
      }
    }
  }

  private static void differences(byte[] data, int at, int rowBytes, int bytes, int stride) {
    int end = at + rowBytes;
    switch (bytes) {
      case 1 -> bytesRow(data, at, end, stride);
      case 2 -> {
        for (int i = at + 2 * stride; i < end; i += 2) {
          LittleEndian.putShort(
              data,
              i,
              (short)
                  (LittleEndian.getShort(data, i) + LittleEndian.getShort(data, i - 2 * stride)));
        }
      }
      case 4 -> {
        for (int i = at + 4 * stride; i < end; i += 4) {
          LittleEndian.putInt(
              data, i, LittleEndian.getInt(data, i) + LittleEndian.getInt(data, i - 4 * stride));
        }
      }
      default -> {
        for (int i = at + 8 * stride; i < end; i += 8) {
          LittleEndian.putLong(
              data, i, LittleEndian.getLong(data, i) + LittleEndian.getLong(data, i - 8 * stride));
        }
      }
    }
  }

  private static void bytesRow(byte[] data, int at, int end, int stride) {
    if (stride == 3 && (end - at) % 3 == 0) { // sums held in registers: RGB is what most tiles are
      int a = 0;
      int b = 0;
      int c = 0;
      for (int i = at; i < end; i += 3) {
        data[i] = (byte) (a += data[i]);
        data[i + 1] = (byte) (b += data[i + 1]);
        data[i + 2] = (byte) (c += data[i + 2]);
      }
      return;
    }
    for (int i = at + stride; i < end; i++) {
      data[i] += data[i - stride];
    }
  }

  /**
   * Adobe's floating-point predictor: bytes of equal weight stand together, the heaviest first, and
   * are differences.
   */
  private static void floatRow(
      byte[] data, int at, int rowBytes, int bytes, int stride, byte[] copy) {
    int end = at + rowBytes;
    for (int i = at + stride; i < end; i++) {
      data[i] += data[i - stride];
    }
    System.arraycopy(data, at, copy, 0, rowBytes);
    int count = rowBytes / bytes;
    for (int i = 0; i < count; i++) {
      for (int b = 0; b < bytes; b++) {
        data[at + i * bytes + b] = copy[(bytes - 1 - b) * count + i];
      }
    }
  }

  private static void swap(byte[] data, int length, int bytes) {
    switch (bytes) {
      case 2 -> {
        for (int i = 0; i < length; i += 2) {
          LittleEndian.putShort(data, i, Short.reverseBytes(LittleEndian.getShort(data, i)));
        }
      }
      case 4 -> {
        for (int i = 0; i < length; i += 4) {
          LittleEndian.putInt(data, i, Integer.reverseBytes(LittleEndian.getInt(data, i)));
        }
      }
      case 8 -> {
        for (int i = 0; i < length; i += 8) {
          LittleEndian.putLong(data, i, Long.reverseBytes(LittleEndian.getLong(data, i)));
        }
      }
      default -> {}
    }
  }
}
