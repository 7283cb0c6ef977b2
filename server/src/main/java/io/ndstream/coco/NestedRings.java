package io.ndstream.coco;

import io.ndstream.coco.Segmentation.Polygon;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * GeoJSON coordinates. Their type may be written after them, so they are taken by their height: an
 * array of numbers is a point (1), of points a ring (2), of rings a polygon (3), of polygons a
 * multi-polygon (4).
 */
final class NestedRings {
  private static final int POINT = 1;
  private static final int RING = 2;
  private static final int POLYGON = 3;
  private static final int MULTI = 4;

  private final JsonCursor cursor;
  private final Where where;
  private final boolean keep;
  private final Ring ring;
  private final List<double[]> rings = new ArrayList<>();
  private final List<Polygon> parts = new ArrayList<>();
  private int height;

  private NestedRings(JsonCursor cursor, Where where, boolean keep) {
    this.cursor = cursor;
    this.where = where;
    this.keep = keep;
    this.ring = new Ring(keep);
  }

  static NestedRings read(JsonCursor cursor, Where where, boolean keep)
      throws IOException, BadValue {
    NestedRings nested = new NestedRings(cursor, where, keep);
    nested.height = nested.array(1);
    return nested;
  }

  /**
   * @param one whether the type says Polygon
   */
  List<Polygon> parts(boolean one) throws BadValue {
    if (height != (one ? POLYGON : MULTI)) {
      throw bad("coordinates are not nested as a " + (one ? "Polygon" : "MultiPolygon"));
    }
    return parts;
  }

  /** Reads an array and gives its height. */
  private int array(int level) throws IOException, BadValue {
    if (!cursor.at(Token.START_ARRAY) || level > MULTI) {
      // a bare point or number is of no supported type; the type decides how to say so
      cursor.skip(where);
      return 0;
    }
    if (!cursor.nextItem()) {
      throw bad("a polygon needs at least 3 points, found 0");
    }
    if (!cursor.at(Token.START_ARRAY)) {
      return point();
    }
    int inner = 0;
    do {
      int found = array(level + 1);
      if (inner != 0 && found != inner) {
        throw bad("coordinates are nested unevenly");
      }
      inner = found;
    } while (cursor.nextItem());
    return end(inner + 1);
  }

  private int point() throws IOException, BadValue {
    int count = 0;
    do {
      ring.add(cursor, where);
      count++;
    } while (cursor.nextItem());
    if (count != 2) {
      throw bad("expected a pair [x, y], found " + count + " values");
    }
    return POINT;
  }

  private int end(int ended) throws BadValue {
    if (ended == RING) {
      rings.add(ring.end(cursor.findings(), where));
    } else if (ended == POLYGON) {
      if (keep) {
        parts.add(new Polygon(rings.get(0), rings.subList(1, rings.size())));
      }
      rings.clear();
    }
    return ended;
  }

  private BadValue bad(String message) {
    return new BadValue(IssueCode.SEG_POLYGON, where, message);
  }
}
