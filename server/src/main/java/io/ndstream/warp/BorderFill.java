package io.ndstream.warp;

import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import java.nio.ByteBuffer;

/** Fills what lies round a rectangle of finished pixels. Belongs to one thread at a time. */
public final class BorderFill {
  private final RowWriter writer = new RowWriter();

  /**
   * Writes one value.
   *
   * @param width columns of all pixels, rectangle and border
   * @param inside stays as it is; may be empty
   * @param value cast to the destination's dtype
   */
  public void constant(
      Destination to, int bands, int width, int height, Window inside, double value) {
    if (width == 0 || height == 0) {
      return;
    }
    writer.open(to, bands, width);
    for (int y = 0; y < height; y++) {
      if (y < inside.y() || y >= inside.bottom()) {
        writer.fill(y, 0, width, value);
      } else {
        writer.fill(y, 0, inside.x(), value);
        writer.fill(y, inside.right(), width - inside.right(), value);
      }
    }
  }

  /**
   * Continues the rectangle.
   *
   * @param inside not empty
   * @param reflected mirrored without repeating the edge, as often as needed; else the edge goes on
   */
  public void extend(
      Destination to, int bands, int width, int height, Window inside, boolean reflected) {
    for (int y = 0; y < height; y++) {
      int fromY = source(y, inside.y(), inside.height(), reflected);
      for (int x = 0; x < width; x++) {
        int fromX = source(x, inside.x(), inside.width(), reflected);
        if (fromX != x || fromY != y) {
          copyPixel(to, bands, fromX, fromY, x, y);
        }
      }
    }
  }

  private static int source(int at, int start, int size, boolean reflected) {
    if (reflected) {
      return start + Rows.mirror(at - start, size);
    }
    return Math.max(start, Math.min(start + size - 1, at));
  }

  private static void copyPixel(Destination to, int bands, int fromX, int fromY, int x, int y) {
    Layout l = to.layout();
    ByteBuffer pixels = to.into();
    int from = l.offset() + fromY * l.rowStride() + fromX * l.pixelStride();
    int at = l.offset() + y * l.rowStride() + x * l.pixelStride();
    for (int b = 0; b < bands; b++) {
      for (int i = b * l.bandStride(); i < b * l.bandStride() + to.dtype().bytes(); i++) {
        pixels.put(at + i, pixels.get(from + i));
      }
    }
  }
}
