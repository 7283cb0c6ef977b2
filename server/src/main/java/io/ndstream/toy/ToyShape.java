package io.ndstream.toy;

import io.ndstream.geom.Box;
import java.util.List;
import java.util.Locale;

/** The outlines that are drawn, in the unit square, whose four sides they touch. */
enum ToyShape {
  /** A square and a diamond. */
  STAR(squareAndDiamond(), List.of(), List.of()),
  /** Five points, and holes for eyes. */
  SUPERSTAR(
      fivePoints(),
      List.of(octagon(0.41, 0.47, 0.055), octagon(0.59, 0.47, 0.055)),
      List.of(new Keypoint("left_eye", 0.41, 0.47), new Keypoint("right_eye", 0.59, 0.47))),
  /** The letter F. */
  EFF(
      new double[] {0, 0, 1, 0, 1, .2, .28, .2, .28, .42, .8, .42, .8, .6, .28, .6, .28, 1, 0, 1},
      List.of(),
      List.of(
          new Keypoint("top_tip", .925, .1),
          new Keypoint("mid_tip", .725, .51),
          new Keypoint("bot_tip", .14, .95)));

  /** A named point of the unit square. */
  record Keypoint(String name, double x, double y) {}

  private final double[] exterior;
  private final List<double[]> interiors;
  private final List<Keypoint> keypoints;

  ToyShape(double[] exterior, List<double[]> interiors, List<Keypoint> keypoints) {
    this.exterior = exterior;
    this.interiors = interiors;
    this.keypoints = keypoints;
  }

  /** The category's name. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  List<Keypoint> keypoints() {
    return keypoints;
  }

  /** x, y, x, y, ... of the outline when the unit square is stretched to the box. */
  double[] exterior(Box box) {
    return stretch(exterior, box);
  }

  List<double[]> interiors(Box box) {
    return interiors.stream().map(ring -> stretch(ring, box)).toList();
  }

  private static double[] stretch(double[] unit, Box box) {
    double[] xy = new double[unit.length];
    for (int i = 0; i < xy.length; i += 2) {
      xy[i] = box.left() + unit[i] * box.width();
      xy[i + 1] = box.top() + unit[i + 1] * box.height();
    }
    return xy;
  }

  private static double[] squareAndDiamond() {
    double near = (1 - Math.sqrt(0.5)) / 2;
    double far = 1 - near;
    double a = 0.5 - near;
    double b = 0.5 + near;
    return new double[] {
      .5, 0, b, near, far, near, far, a, 1, .5, far, b, far, far, b, far, .5, 1, a, far, near, far,
      near, b, 0, .5, near, a, near, near, a, near
    };
  }

  private static double[] fivePoints() {
    double[] xy = new double[20];
    for (int i = 0; i < 10; i++) {
      double radius = i % 2 == 0 ? 1 : 0.48;
      double angle = Math.PI * (i / 5.0 - 0.5);
      xy[2 * i] = radius * StrictMath.cos(angle);
      xy[2 * i + 1] = radius * StrictMath.sin(angle);
    }
    double right = xy[4];
    double bottom = xy[9];
    for (int i = 0; i < 10; i++) {
      xy[2 * i] = (xy[2 * i] + right) / (2 * right);
      xy[2 * i + 1] = (xy[2 * i + 1] + 1) / (bottom + 1);
    }
    return xy;
  }

  private static double[] octagon(double x, double y, double radius) {
    double[] xy = new double[16];
    for (int i = 0; i < 8; i++) {
      xy[2 * i] = x + radius * StrictMath.cos(Math.PI * i / 4);
      xy[2 * i + 1] = y + radius * StrictMath.sin(Math.PI * i / 4);
    }
    return xy;
  }
}
