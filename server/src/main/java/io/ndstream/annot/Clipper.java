package io.ndstream.annot;

import io.ndstream.geom.Box;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.geom.util.GeometryFixer;
import org.locationtech.jts.operation.overlayng.OverlayNG;
import org.locationtech.jts.operation.overlayng.OverlayNGRobust;

/**
 * Cuts polygons to a window. What lies wholly inside is copied as it is; what is cut comes out
 * valid, with open rings.
 */
final class Clipper {
  private final GeometryFactory geometries = new GeometryFactory();

  /**
   * Adds what polygon {@code polygon} of {@code from} has inside the window to the last annotation
   * of {@code into}.
   */
  void clip(AnnotationColumns from, int polygon, Box window, AnnotationColumns into) {
    Envelope bounds = exteriorBounds(from, polygon);
    Envelope frame = new Envelope(window.left(), window.right(), window.top(), window.bottom());
    if (frame.contains(bounds)) {
      copy(from, polygon, into);
      return;
    }
    if (!frame.intersects(bounds)) {
      return;
    }
    Geometry shape = toGeometry(from, polygon);
    if (!shape.isValid()) {
      shape = GeometryFixer.fix(shape);
    }
    add(OverlayNGRobust.overlay(shape, geometries.toGeometry(frame), OverlayNG.INTERSECTION), into);
  }

  private static Envelope exteriorBounds(AnnotationColumns from, int polygon) {
    Envelope bounds = new Envelope();
    int exterior = from.rings().start(polygon);
    for (int p = from.points().start(exterior); p < from.points().end(exterior); p++) {
      bounds.expandToInclude(from.xy().get(2 * p), from.xy().get(2 * p + 1));
    }
    return bounds;
  }

  private static void copy(AnnotationColumns from, int polygon, AnnotationColumns into) {
    into.beginPolygon();
    for (int ring = from.rings().start(polygon); ring < from.rings().end(polygon); ring++) {
      into.beginRing();
      for (int p = from.points().start(ring); p < from.points().end(ring); p++) {
        into.addPoint(from.xy().get(2 * p), from.xy().get(2 * p + 1));
      }
    }
  }

  private Polygon toGeometry(AnnotationColumns from, int polygon) {
    int first = from.rings().start(polygon);
    LinearRing[] holes = new LinearRing[from.rings().end(polygon) - first - 1];
    for (int h = 0; h < holes.length; h++) {
      holes[h] = toRing(from, first + 1 + h);
    }
    return geometries.createPolygon(toRing(from, first), holes);
  }

  /** Closed, and empty if it has fewer than three vertices: such a ring has no area. */
  private LinearRing toRing(AnnotationColumns from, int ring) {
    int start = from.points().start(ring);
    int n = from.points().end(ring) - start;
    if (n < 3) {
      return geometries.createLinearRing();
    }
    Coordinate[] closed = new Coordinate[n + 1];
    for (int i = 0; i < n; i++) {
      closed[i] =
          new Coordinate(from.xy().get(2 * (start + i)), from.xy().get(2 * (start + i) + 1));
    }
    closed[n] = closed[0].copy();
    return geometries.createLinearRing(closed);
  }

  private static void add(Geometry shape, AnnotationColumns into) {
    for (int i = 0; i < shape.getNumGeometries(); i++) {
      if (shape.getGeometryN(i) instanceof Polygon part && !part.isEmpty()) {
        into.beginPolygon();
        addRing(part.getExteriorRing(), into);
        for (int h = 0; h < part.getNumInteriorRing(); h++) {
          addRing(part.getInteriorRingN(h), into);
        }
      }
    }
  }

  private static void addRing(LinearRing ring, AnnotationColumns into) {
    into.beginRing();
    for (int i = 0; i < ring.getNumPoints() - 1; i++) {
      Coordinate point = ring.getCoordinateN(i);
      into.addPoint(point.x, point.y);
    }
  }
}
