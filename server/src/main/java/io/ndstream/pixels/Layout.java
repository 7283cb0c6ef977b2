package io.ndstream.pixels;

import static io.ndstream.error.Checks.require;
import static io.ndstream.error.Reason.BAD_ARGUMENT;

/**
 * Where the elements of a window lie in a buffer: element (row r, column c, band b) starts at byte
 * {@code offset + r * rowStride + c * pixelStride + b * bandStride}.
 *
 * @param offset bytes from index 0 of the buffer (not from its position)
 * @param pixelStride bytes from one column to the next
 * @param rowStride bytes from one row to the next
 * @param bandStride bytes from one band to the next
 */
public record Layout(int offset, int pixelStride, int rowStride, int bandStride) {
  public Layout {
    require(offset >= 0, BAD_ARGUMENT, "offset", offset, ">= 0");
    require(pixelStride > 0, BAD_ARGUMENT, "pixelStride", pixelStride, "> 0");
    require(rowStride > 0, BAD_ARGUMENT, "rowStride", rowStride, "> 0");
    require(bandStride > 0, BAD_ARGUMENT, "bandStride", bandStride, "> 0");
  }

  /** Rows, columns, bands: the bands of a pixel side by side, no gaps. */
  public static Layout hwc(int offset, int width, int bands, int elementBytes) {
    int pixel = Math.multiplyExact(bands, elementBytes);
    return new Layout(offset, pixel, Math.multiplyExact(width, pixel), elementBytes);
  }

  /** Bands, rows, columns: one plane after the other, no gaps. */
  public static Layout chw(int offset, int width, int height, int elementBytes) {
    int row = Math.multiplyExact(width, elementBytes);
    return new Layout(offset, elementBytes, row, Math.multiplyExact(height, row));
  }

  /** The same layout begun at another element. */
  public Layout shifted(int rows, int columns, int bands) {
    long start =
        offset + (long) rows * rowStride + (long) columns * pixelStride + (long) bands * bandStride;
    return new Layout(Math.toIntExact(start), pixelStride, rowStride, bandStride);
  }

  /** One past the last byte of a window of this size; the window must not be empty. */
  public long end(int width, int height, int bands, int elementBytes) {
    return offset
        + (height - 1L) * rowStride
        + (width - 1L) * pixelStride
        + (bands - 1L) * bandStride
        + elementBytes;
  }
}
