package io.ndstream.warp;

import io.ndstream.pixels.DType;

/**
 * How stored numbers become values.
 *
 * @param stored dtype of the file
 * @param value dtype of the values; they are rounded to it after every step if it is an integer
 *     type
 * @param bands read together
 * @param nodata per band, the stored number that means NaN, or NaN if there is none; null if it is
 *     not looked for
 * @param quantum or null if stored numbers are the values
 */
public record Decoding(DType stored, DType value, int bands, double[] nodata, Quantum quantum) {
  /** Whether the values are the stored numbers. */
  public boolean isPlain() {
    return stored == value && nodata == null && quantum == null;
  }

  /**
   * (q - min) * factor + offset; NaN where q is nodata.
   *
   * @param nodata NaN if there is none
   */
  public record Quantum(double min, double factor, double offset, double nodata) {}
}
