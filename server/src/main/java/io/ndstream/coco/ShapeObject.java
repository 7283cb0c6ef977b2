package io.ndstream.coco;

import io.ndstream.coco.Segmentation.Polygon;
import io.ndstream.coco.Segmentation.Polygons;
import io.ndstream.coco.Segmentation.Rle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a segmentation that is an object: exterior and interiors, GeoJSON, or run lengths. Members
 * come in any order, so what kind it is shows only at the end.
 */
final class ShapeObject {
  private final JsonCursor cursor;
  private final Where where;
  private final boolean keep;
  private double[] exterior;
  private final List<double[]> interiors = new ArrayList<>();
  private String unknown;
  private boolean hasType;
  private String type;
  private NestedRings coordinates;
  private int[] size;
  private int[] shape;
  private RunLengths runs;
  private boolean packed;
  private boolean columnMajor = true;

  ShapeObject(JsonCursor cursor, Where where, boolean keep) {
    this.cursor = cursor;
    this.where = where;
    this.keep = keep;
  }

  Segmentation read() throws IOException, BadValue {
    Keys keys = new Keys();
    for (String name = cursor.nextName(); name != null; name = cursor.nextName()) {
      if (!cursor.requireNew(keys, name, where.key(name))) {
        cursor.skip(where);
      } else if (!mask(name) && !polygon(name)) {
        unknown = name;
        cursor.skip(where.key(name));
      }
    }
    if (exterior != null) {
      return exteriorAndInteriors();
    }
    if (runs != null) {
      return rle();
    }
    if (hasType) {
      return geoJson();
    }
    throw bad(IssueCode.SEG_TYPE, "no counts, exterior or type key");
  }

  private boolean polygon(String name) throws IOException, BadValue {
    switch (name) {
      case "exterior":
        exterior = pairs("exterior");
        return true;
      case "interiors":
        if (!cursor.at(Token.VALUE_NULL)) {
          requireArray("interiors");
          while (cursor.nextItem()) {
            interiors.add(pairs("interiors"));
          }
        }
        return true;
      case "type":
        hasType = true;
        type = Names.text(cursor, where, "type", IssueCode.SEG_TYPE);
        return true;
      case "coordinates":
        coordinates = NestedRings.read(cursor, where, keep);
        return true;
      default:
        return false;
    }
  }

  private boolean mask(String name) throws IOException, BadValue {
    switch (name) {
      case "size":
        size = lengths("size");
        return true;
      case "shape":
        shape = cursor.at(Token.VALUE_NULL) ? null : lengths("shape");
        return true;
      case "counts":
        readCounts();
        return true;
      case "order":
        columnMajor = order();
        return true;
      case "binary":
        if (cursor.at(Token.VALUE_FALSE)) {
          throw bad(IssueCode.SEG_RLE, "only binary masks are supported");
        }
        cursor.skip(where);
        return true;
      default:
        return false;
    }
  }

  private Segmentation exteriorAndInteriors() throws BadValue {
    String foreign =
        unknown != null ? unknown : hasType ? "type" : coordinates != null ? "coordinates" : null;
    foreign = runs != null ? "counts" : size != null ? "size" : foreign;
    if (foreign != null) {
      throw bad(
          IssueCode.SEG_POLYGON,
          "unknown key " + JsonCursor.quote(foreign) + " (known: exterior, interiors)");
    }
    return new Polygons("polygon", List.of(new Polygon(exterior, interiors)));
  }

  private Segmentation geoJson() throws BadValue {
    boolean one = "Polygon".equals(type);
    if (!one && !"MultiPolygon".equals(type)) {
      throw bad(
          IssueCode.SEG_TYPE,
          "unsupported geometry " + (type == null ? "null" : JsonCursor.quote(type)));
    }
    if (coordinates == null) {
      throw bad(IssueCode.SEG_POLYGON, "coordinates is missing");
    }
    return new Polygons(one ? "geojson-polygon" : "geojson-multipolygon", coordinates.parts(one));
  }

  private Segmentation rle() throws BadValue {
    int[] extent = shape != null ? shape : size;
    if (extent == null) {
      throw bad(IssueCode.SEG_RLE, "size is missing");
    }
    long pixels = (long) extent[0] * extent[1];
    if (runs.sum() != pixels) {
      throw bad(IssueCode.SEG_RLE, "counts cover " + runs.sum() + " of " + pixels + " pixels");
    }
    return new Rle(extent[0], extent[1], runs.counts(), columnMajor, packed);
  }

  private void readCounts() throws IOException, BadValue {
    runs = new RunLengths(keep, where);
    if (cursor.at(Token.VALUE_STRING)) {
      packed = true;
      runs.readText(cursor.text());
    } else if (cursor.at(Token.START_ARRAY)) {
      runs.readArray(cursor);
    } else {
      throw bad(IssueCode.SEG_RLE, "counts must be an array or a string, found " + cursor.kind());
    }
  }

  private boolean order() throws IOException, BadValue {
    String order = Names.text(cursor, where, "order", IssueCode.SEG_RLE);
    if (order != null && !order.equals("F") && !order.equals("C")) {
      throw bad(
          IssueCode.SEG_RLE, "order must be \"F\" or \"C\", found " + JsonCursor.quote(order));
    }
    return !"C".equals(order);
  }

  private int[] lengths(String name) throws IOException, BadValue {
    BadValue malformed = bad(IssueCode.SEG_RLE, name + " must be [height, width]");
    if (!cursor.at(Token.START_ARRAY)) {
      throw malformed;
    }
    int[] values = new int[2];
    int count = 0;
    for (; cursor.nextItem(); count++) {
      if (!cursor.at(Token.VALUE_NUMBER_INT) || count == 2) {
        throw malformed;
      }
      long value = Integers.read(cursor, where, name, IssueCode.SEG_RLE);
      if (value < 0 || value > Integer.MAX_VALUE) {
        throw malformed;
      }
      values[count] = (int) value;
    }
    if (count != 2) {
      throw malformed;
    }
    return values;
  }

  private double[] pairs(String name) throws IOException, BadValue {
    requireArray(name);
    Ring ring = new Ring(keep);
    while (cursor.nextItem()) {
      point(cursor, ring, where);
    }
    return ring.end(cursor.findings(), where);
  }

  private void requireArray(String name) throws BadValue {
    if (!cursor.at(Token.START_ARRAY)) {
      throw bad(IssueCode.SEG_POLYGON, name + " must be an array, found " + cursor.kind());
    }
  }

  /** Adds one {@code [x, y]}. */
  static void point(JsonCursor cursor, Ring ring, Where where) throws IOException, BadValue {
    if (!cursor.at(Token.START_ARRAY)) {
      throw new BadValue(
          IssueCode.SEG_POLYGON, where, "expected a pair [x, y], found " + cursor.kind());
    }
    int count = 0;
    for (; cursor.nextItem(); count++) {
      ring.add(cursor, where);
    }
    if (count != 2) {
      throw new BadValue(
          IssueCode.SEG_POLYGON, where, "expected a pair [x, y], found " + count + " values");
    }
  }

  private BadValue bad(IssueCode code, String message) {
    return new BadValue(code, where, message);
  }
}
