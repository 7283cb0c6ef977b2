package io.ndstream.coco;

import io.ndstream.coco.Segmentation.Polygon;
import io.ndstream.coco.Segmentation.Polygons;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a segmentation in any spelling, either to keep it or only to check it. All issues are at
 * the segmentation itself.
 */
final class SegmentationReader {
  private final JsonCursor cursor;
  private final Where where;
  private final boolean keep;
  private final Ring ring;
  private final List<Polygon> parts = new ArrayList<>();

  private SegmentationReader(JsonCursor cursor, Where where, boolean keep) {
    this.cursor = cursor;
    this.where = where;
    this.keep = keep;
    this.ring = new Ring(keep);
  }

  /**
   * Reads the value the cursor stands on.
   *
   * @param keep false: the result has the right form but no coordinates or runs
   * @return null for an empty array and JSON null
   */
  static Segmentation read(JsonCursor cursor, Where where, boolean keep)
      throws IOException, BadValue {
    if (cursor.at(Token.VALUE_NULL)) {
      return null;
    }
    SegmentationReader reader = new SegmentationReader(cursor, where, keep);
    if (cursor.at(Token.START_ARRAY)) {
      return reader.list();
    }
    if (cursor.at(Token.START_OBJECT)) {
      return new ShapeObject(cursor, where, keep).read();
    }
    throw new BadValue(
        IssueCode.SEG_TYPE,
        where,
        "segmentation must be an array or an object, found " + cursor.kind());
  }

  private Segmentation list() throws IOException, BadValue {
    if (!cursor.nextItem()) {
      return null;
    }
    if (cursor.at(Token.START_ARRAY)) {
      do {
        nestedRing();
      } while (cursor.nextItem());
      return new Polygons("coco-multipolygon", parts);
    }
    if (cursor.at(Token.START_OBJECT)) {
      do {
        objectPart();
      } while (cursor.nextItem());
      return new Polygons("multipolygon", parts);
    }
    do {
      ring.add(cursor, where);
    } while (cursor.nextItem());
    endPart();
    return new Polygons("coco-polygon", parts);
  }

  /** {@code [x, y, x, y, …]} or {@code [[x, y], [x, y], …]}. */
  private void nestedRing() throws IOException, BadValue {
    if (!cursor.at(Token.START_ARRAY)) {
      throw new BadValue(
          IssueCode.SEG_TYPE, where, "expected an array of coordinates, found " + cursor.kind());
    }
    while (cursor.nextItem()) {
      if (cursor.at(Token.START_ARRAY)) {
        ShapeObject.point(cursor, ring, where);
      } else {
        ring.add(cursor, where);
      }
    }
    endPart();
  }

  private void endPart() throws BadValue {
    double[] exterior = ring.end(cursor.findings(), where);
    if (keep) {
      parts.add(new Polygon(exterior, List.of()));
    }
  }

  private void objectPart() throws IOException, BadValue {
    if (!cursor.at(Token.START_OBJECT)) {
      throw new BadValue(IssueCode.SEG_TYPE, where, "expected an object, found " + cursor.kind());
    }
    Segmentation part = new ShapeObject(cursor, where, keep).read();
    if (!(part instanceof Polygons) || !((Polygons) part).form().equals("polygon")) {
      throw new BadValue(
          IssueCode.SEG_TYPE, where, "a list may hold only polygons with exterior and interiors");
    }
    if (keep) {
      parts.addAll(((Polygons) part).parts());
    }
  }
}
