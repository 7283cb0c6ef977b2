package io.ndstream.warp;

import io.ndstream.geom.Affine;

/**
 * The inverse of a map in the reference's fixed point: source coordinates are sums of a part of the
 * column and a part of the row, each rounded to 1/1024 pixel. Centres of pixels lie at whole
 * numbers.
 */
final class FixedMap {
  private static final double ONE = 1024;

  private final double m0;
  private final double m1;
  private final double m3;
  private final double m4;
  private final double b1;
  private final double b2;

  /**
   * @param centred from the source to the canvas
   */
  FixedMap(Affine centred) {
    double det = centred.determinant();
    double d = det == 0 ? 0 : 1 / det;
    m0 = centred.a22() * d;
    m1 = -centred.a12() * d;
    m3 = -centred.a21() * d;
    m4 = centred.a11() * d;
    b1 = -m0 * centred.tx() - m1 * centred.ty();
    b2 = -m3 * centred.tx() - m4 * centred.ty();
  }

  /** The same map by the convention that a pixel's centre lies at a whole number. */
  static Affine centred(Affine map) {
    double tx = map.a11() * 0.5 + map.a12() * 0.5 + map.tx() - 0.5;
    double ty = map.a21() * 0.5 + map.a22() * 0.5 + map.ty() - 0.5;
    return new Affine(map.a11(), map.a12(), tx, map.a21(), map.a22(), ty);
  }

  /** Whether source columns depend on columns only, and rows on rows. */
  boolean isSeparable() {
    return m1 == 0 && m3 == 0;
  }

  /** The part of 1024 x that depends on the canvas row. */
  long xOfRow(int j) {
    return (long) Math.rint((m1 * j + b1) * ONE);
  }

  long yOfRow(int j) {
    return (long) Math.rint((m4 * j + b2) * ONE);
  }

  long xOfColumn(int i) {
    return (long) Math.rint(m0 * i * ONE);
  }

  long yOfColumn(int i) {
    return (long) Math.rint(m3 * i * ONE);
  }

  /** 1024ths to the nearest 32nd. */
  static long toThirtySeconds(long thousands) {
    return thousands + 16 >> 5;
  }

  /** 1024ths to the nearest pixel. */
  static long toPixel(long thousands) {
    return thousands + 512 >> 10;
  }
}
