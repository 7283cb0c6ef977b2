package io.ndstream.geom;

/**
 * x' = a11 x + a12 y + tx, y' = a21 x + a22 y + ty. {@code a.after(b)} maps by b first, as the
 * matrix product a b.
 */
public record Affine(double a11, double a12, double tx, double a21, double a22, double ty) {
  public static final Affine IDENTITY = new Affine(1, 0, 0, 0, 1, 0);

  public static Affine translate(double tx, double ty) {
    return new Affine(1, 0, tx, 0, 1, ty);
  }

  public static Affine scale(double sx, double sy) {
    return new Affine(sx, 0, 0, 0, sy, 0);
  }

  /**
   * T(about) T(offset) R(theta) Shear(shearx) S(scale) T(-about).
   *
   * @param theta radians
   */
  public static Affine of(
      double sx,
      double sy,
      double theta,
      double shearx,
      double tx,
      double ty,
      double aboutX,
      double aboutY) {
    double c = Math.cos(theta);
    double s = Math.sin(theta);
    double a11 = sx * c;
    double a21 = sx * s;
    double a12 = shearx * sy * c - sy * s;
    double a22 = shearx * sy * s + sy * c;
    double x = tx + aboutX - aboutX * a11 - aboutY * a12;
    double y = ty + aboutY - aboutX * a21 - aboutY * a22;
    return new Affine(a11, a12, x, a21, a22, y);
  }

  /** This map applied to the result of {@code first}. */
  public Affine after(Affine first) {
    return new Affine(
        a11 * first.a11 + a12 * first.a21,
        a11 * first.a12 + a12 * first.a22,
        a11 * first.tx + a12 * first.ty + tx,
        a21 * first.a11 + a22 * first.a21,
        a21 * first.a12 + a22 * first.a22,
        a21 * first.tx + a22 * first.ty + ty);
  }

  public double determinant() {
    return a11 * a22 - a12 * a21;
  }

  /** The inverse map; entries are not finite if the map is singular. */
  public Affine inverse() {
    double d = determinant();
    double b11 = a22 / d;
    double b12 = -a12 / d;
    double b21 = -a21 / d;
    double b22 = a11 / d;
    return new Affine(b11, b12, -(b11 * tx + b12 * ty), b21, b22, -(b21 * tx + b22 * ty));
  }

  public double x(double px, double py) {
    return a11 * px + a12 * py + tx;
  }

  public double y(double px, double py) {
    return a21 * px + a22 * py + ty;
  }

  /**
   * True if lines along the axes stay along the same axes: both off-diagonal entries are exactly 0.
   */
  public boolean isScaleAndTranslate() {
    return a12 == 0 && a21 == 0;
  }

  /** The bounding box of the four mapped corners. */
  public Box bounds(Box box) {
    double x0 = x(box.left(), box.top());
    double x1 = x(box.right(), box.top());
    double x2 = x(box.left(), box.bottom());
    double x3 = x(box.right(), box.bottom());
    double y0 = y(box.left(), box.top());
    double y1 = y(box.right(), box.top());
    double y2 = y(box.left(), box.bottom());
    double y3 = y(box.right(), box.bottom());
    return new Box(
        Math.min(Math.min(x0, x1), Math.min(x2, x3)),
        Math.min(Math.min(y0, y1), Math.min(y2, y3)),
        Math.max(Math.max(x0, x1), Math.max(x2, x3)),
        Math.max(Math.max(y0, y1), Math.max(y2, y3)));
  }

  /** Every entry within 1e-8 + 1e-5 * |entry of the identity|. */
  public boolean isAboutIdentity() {
    return about(a11, 1)
        && about(a12, 0)
        && about(tx, 0)
        && about(a21, 0)
        && about(a22, 1)
        && about(ty, 0);
  }

  private static boolean about(double value, double wanted) {
    return Math.abs(value - wanted) <= 1e-8 + 1e-5 * Math.abs(wanted);
  }

  public Decomposed decompose() {
    double sx = Math.sqrt(a11 * a11 + a21 * a21);
    double theta = Math.atan2(a21, a11);
    double c = Math.cos(theta);
    double s = Math.sin(theta);
    double m = a12 * c + a22 * s;
    double sy = Math.abs(c) < Math.abs(s) ? (m * c - a12) / s : (a22 - m * s) / c;
    return new Decomposed(sx, sy, theta, m / sy, tx, ty);
  }

  /** The parameters of a map, without {@code about}. */
  public record Decomposed(
      double sx, double sy, double theta, double shearx, double tx, double ty) {}
}
