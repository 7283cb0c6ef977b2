package io.ndstream.coco;

import io.ndstream.geom.Affine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads a transform in any of its forms: absent parts, parameters, a 2×3 or 3×3 matrix. */
final class WarpReader {
  private static final String KNOWN = "matrix, scale, offset, theta, shearx, about, type";

  private final JsonCursor cursor;
  private final Where where;
  private Affine matrix;
  private double[] scale = {1, 1};
  private double[] offset = {0, 0};
  private double[] about = {0, 0};
  private double theta;
  private double shearx;

  private WarpReader(JsonCursor cursor, Where where) {
    this.cursor = cursor;
    this.where = where;
  }

  /** The value the cursor stands on; the identity for null. All issues are at {@code where}. */
  static Affine read(JsonCursor cursor, Where where) throws IOException, BadValue {
    if (cursor.at(Token.VALUE_NULL)) {
      return Affine.IDENTITY;
    }
    if (!cursor.at(Token.START_OBJECT)) {
      throw new BadValue(
          IssueCode.WARP_SHAPE, where, "a transform must be an object, found " + cursor.kind());
    }
    WarpReader reader = new WarpReader(cursor, where);
    Keys keys = new Keys();
    for (String name = cursor.nextName(); name != null; name = cursor.nextName()) {
      if (cursor.requireNew(keys, name, where.key(name))) {
        reader.member(name);
      } else {
        cursor.skip(where);
      }
    }
    return reader.result();
  }

  private void member(String name) throws IOException, BadValue {
    if (name.equals("type") || cursor.at(Token.VALUE_NULL) && isKnown(name)) {
      cursor.skip(where);
      return;
    }
    switch (name) {
      case "matrix":
        matrix = readMatrix();
        break;
      case "scale":
        scale = pair(name);
        break;
      case "offset":
        offset = pair(name);
        break;
      case "about":
        about = pair(name);
        break;
      case "theta":
        theta = number(name);
        break;
      case "shear":
        cursor.findings().warn(IssueCode.WARP_KEY, where, "\"shear\" is an old name of \"shearx\"");
        shearx = number(name);
        break;
      case "shearx":
        shearx = number(name);
        break;
      default:
        throw new BadValue(
            IssueCode.WARP_KEY,
            where,
            "unknown key " + JsonCursor.quote(name) + " (known: " + KNOWN + ")");
    }
  }

  private static boolean isKnown(String name) {
    return name.equals("shear") || List.of(KNOWN.split(", ")).contains(name);
  }

  private Affine result() throws BadValue {
    Affine map =
        matrix != null
            ? matrix
            : Affine.of(
                scale[0], scale[1], theta, shearx, offset[0], offset[1], about[0], about[1]);
    double determinant = map.determinant();
    if (determinant == 0 || !Double.isFinite(determinant) || !Double.isFinite(1 / determinant)) {
      throw new BadValue(IssueCode.WARP_SINGULAR, where, "the transform cannot be inverted");
    }
    return map;
  }

  private double number(String name) throws IOException, BadValue {
    if (!cursor.atNumber()) {
      throw new BadValue(
          IssueCode.WARP_SHAPE, where, name + " must be a number, found " + cursor.kind());
    }
    return finite(name);
  }

  private double finite(String name) throws IOException, BadValue {
    double value = cursor.doubleValue();
    if (!Double.isFinite(value)) {
      throw new BadValue(
          IssueCode.WARP_NONFINITE,
          where,
          name + " contains " + (Double.isNaN(value) ? "NaN" : "infinity"));
    }
    return value;
  }

  private double[] pair(String name) throws IOException, BadValue {
    if (!cursor.at(Token.START_ARRAY)) {
      double both = number(name);
      return new double[] {both, both};
    }
    double[] values = new double[2];
    int count = 0;
    for (; cursor.nextItem(); count++) {
      double value = number(name);
      if (count < 2) {
        values[count] = value;
      }
    }
    if (count != 2) {
      throw new BadValue(
          IssueCode.WARP_SHAPE,
          where,
          name + " must be a number or a pair, found " + count + " values");
    }
    return values;
  }

  private Affine readMatrix() throws IOException, BadValue {
    if (!cursor.at(Token.START_ARRAY)) {
      throw new BadValue(
          IssueCode.WARP_SHAPE, where, "matrix must be an array, found " + cursor.kind());
    }
    List<double[]> rows = new ArrayList<>();
    while (cursor.nextItem()) {
      rows.add(matrixRow());
      if (rows.size() > 3) {
        throw shape(rows);
      }
    }
    boolean columns = rows.stream().allMatch(row -> row.length == 3);
    if (!columns || rows.size() < 2) {
      throw shape(rows);
    }
    if (rows.size() == 3 && (rows.get(2)[0] != 0 || rows.get(2)[1] != 0 || rows.get(2)[2] != 1)) {
      throw new BadValue(IssueCode.WARP_NOT_AFFINE, where, "last matrix row is not [0, 0, 1]");
    }
    double[] top = rows.get(0);
    double[] low = rows.get(1);
    return new Affine(top[0], top[1], top[2], low[0], low[1], low[2]);
  }

  private double[] matrixRow() throws IOException, BadValue {
    if (!cursor.at(Token.START_ARRAY)) {
      throw new BadValue(
          IssueCode.WARP_SHAPE,
          where,
          "matrix must be 2x3 or 3x3, found " + cursor.kind() + " as a row");
    }
    double[] values = new double[4];
    int count = 0;
    for (; cursor.nextItem(); count++) {
      double value = number("matrix");
      if (count == 4) {
        throw new BadValue(
            IssueCode.WARP_SHAPE, where, "matrix must be 2x3 or 3x3, found a longer row");
      }
      values[count] = value;
    }
    return Arrays.copyOf(values, count);
  }

  private BadValue shape(List<double[]> rows) {
    int columns = rows.isEmpty() ? 0 : rows.get(0).length;
    return new BadValue(
        IssueCode.WARP_SHAPE,
        where,
        "matrix must be 2x3 or 3x3, found " + rows.size() + "x" + columns);
  }
}
