package io.ndstream.raster;

import io.ndstream.pixels.Layout;
import java.nio.ByteBuffer;

/**
 * Copies a window between two layouts without changing a value. Makes no garbage when both byte
 * orders agree.
 */
final class StridedCopy {
  private StridedCopy() {}

  /**
   * @param bands how many; those of {@code from} and of {@code to} follow each other by their band
   *     strides
   * @param elementBytes 1, 2, 4 or 8
   */
  static void copy(
      ByteBuffer source,
      Layout from,
      ByteBuffer target,
      Layout to,
      int width,
      int height,
      int bands,
      int elementBytes) {
    int pixel = bands * elementBytes;
    boolean chunky =
        packed(from, pixel, elementBytes, bands) && packed(to, pixel, elementBytes, bands);
    if (chunky) {
      rows(
          source,
          from.offset(),
          from.rowStride(),
          target,
          to.offset(),
          to.rowStride(),
          width * pixel,
          height);
      return;
    }
    for (int b = 0; b < bands; b++) {
      band(source, from, target, to, b, b, width, height, elementBytes);
    }
  }

  /** As {@link #copy}, with one band of {@code from} for every entry of {@code selection}. */
  static void select(
      ByteBuffer source,
      Layout from,
      int[] selection,
      int sourceBands,
      ByteBuffer target,
      Layout to,
      int width,
      int height,
      int elementBytes) {
    if (selection.length == sourceBands && isIdentity(selection)) {
      copy(source, from, target, to, width, height, sourceBands, elementBytes);
      return;
    }
    for (int b = 0; b < selection.length; b++) {
      band(source, from, target, to, selection[b], b, width, height, elementBytes);
    }
  }

  private static boolean packed(Layout layout, int pixel, int elementBytes, int bands) {
    return layout.pixelStride() == pixel && (bands == 1 || layout.bandStride() == elementBytes);
  }

  static boolean isIdentity(int[] selection) {
    for (int i = 0; i < selection.length; i++) {
      if (selection[i] != i) {
        return false;
      }
    }
    return true;
  }

  private static void band(
      ByteBuffer source,
      Layout from,
      ByteBuffer target,
      Layout to,
      int fromBand,
      int toBand,
      int width,
      int height,
      int elementBytes) {
    int s = from.offset() + fromBand * from.bandStride();
    int t = to.offset() + toBand * to.bandStride();
    if (from.pixelStride() == elementBytes && to.pixelStride() == elementBytes) {
      rows(source, s, from.rowStride(), target, t, to.rowStride(), width * elementBytes, height);
      return;
    }
    ByteBuffer same =
        source.order() == target.order() ? source : source.duplicate().order(target.order());
    for (int r = 0; r < height; r++, s += from.rowStride(), t += to.rowStride()) {
      elements(same, s, from.pixelStride(), target, t, to.pixelStride(), width, elementBytes);
    }
  }

  private static void rows(
      ByteBuffer source,
      int from,
      int fromStride,
      ByteBuffer target,
      int to,
      int toStride,
      int bytes,
      int height) {
    if (bytes == fromStride && bytes == toStride) {
      target.put(to, source, from, bytes * height);
      return;
    }
    for (int r = 0; r < height; r++) {
      target.put(to + r * toStride, source, from + r * fromStride, bytes);
    }
  }

  private static void elements(
      ByteBuffer source,
      int from,
      int fromStride,
      ByteBuffer target,
      int to,
      int toStride,
      int count,
      int bytes) {
    int end = from + count * fromStride;
    switch (bytes) {
      case 1 -> {
        for (int s = from, t = to; s < end; s += fromStride, t += toStride) {
          target.put(t, source.get(s));
        }
      }
      case 2 -> {
        for (int s = from, t = to; s < end; s += fromStride, t += toStride) {
          target.putShort(t, source.getShort(s));
        }
      }
      case 4 -> {
        for (int s = from, t = to; s < end; s += fromStride, t += toStride) {
          target.putInt(t, source.getInt(s));
        }
      }
      default -> {
        for (int s = from, t = to; s < end; s += fromStride, t += toStride) {
          target.putLong(t, source.getLong(s));
        }
      }
    }
  }
}
