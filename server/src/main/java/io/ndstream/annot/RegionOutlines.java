package io.ndstream.annot;

import io.ndstream.coco.Segmentation;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.operation.union.UnaryUnionOp;
import org.locationtech.jts.simplify.TopologyPreservingSimplifier;

/**
 * Outlines of sets of pixels along the edges of the pixels, so that areas are true: one pixel is a
 * square of area 1. Parts that touch at a corner only become polygons of their own; holes are kept.
 * Coordinates are whole numbers until they are mapped, so nothing is rounded.
 */
public final class RegionOutlines {
  private static final GeometryFactory FACTORY = new GeometryFactory();

  private RegionOutlines() {}

  /**
   * @param runs row, first column, column after the last, row, ... ; runs do not overlap
   * @param tolerance outlines may move by this much, in pixels; 0 keeps every corner
   * @param map from pixels to the space of the result
   */
  public static Segmentation.Polygons of(int[] runs, double tolerance, Affine map) {
    List<Geometry> strips = new ArrayList<>(runs.length / 3);
    for (int i = 0; i < runs.length; i += 3) {
      strips.add(FACTORY.toGeometry(new Envelope(runs[i + 1], runs[i + 2], runs[i], runs[i] + 1)));
    }
    Geometry whole = UnaryUnionOp.union(strips);
    return polygons(
        tolerance > 0 ? TopologyPreservingSimplifier.simplify(whole, tolerance) : whole, map);
  }

  /**
   * @param boxes that together make up the set; they may overlap
   * @param map from pixels to the space of the result
   */
  public static Segmentation.Polygons of(List<Window> boxes, Affine map) {
    Geometry none = FACTORY.createMultiPolygon();
    Geometry whole =
        UnaryUnionOp.union(
            boxes.stream()
                .map(
                    box ->
                        FACTORY.toGeometry(
                            new Envelope(box.x(), box.right(), box.y(), box.bottom())))
                .toList());
    return polygons(whole == null ? none : whole, map);
  }

  private static Segmentation.Polygons polygons(Geometry whole, Affine map) {
    List<Segmentation.Polygon> parts = new ArrayList<>();
    for (int i = 0; i < whole.getNumGeometries(); i++) {
      parts.add(polygon((Polygon) whole.getGeometryN(i), map));
    }
    return new Segmentation.Polygons("multi", parts);
  }

  private static Segmentation.Polygon polygon(Polygon part, Affine map) {
    List<double[]> interiors = new ArrayList<>();
    for (int i = 0; i < part.getNumInteriorRing(); i++) {
      interiors.add(ring(part.getInteriorRingN(i), map));
    }
    return new Segmentation.Polygon(ring(part.getExteriorRing(), map), interiors);
  }

  /**
   * The corners: points on a straight stretch, which the union leaves at every row, are dropped,
   * and so is the closing one.
   */
  private static double[] ring(LinearRing ring, Affine map) {
    Coordinate[] points = ring.getCoordinates();
    int count = points.length - 1;
    double[] corners = new double[2 * count];
    int kept = 0;
    for (int i = 0; i < count; i++) {
      Coordinate before = points[(i + count - 1) % count];
      Coordinate here = points[i];
      Coordinate after = points[i + 1];
      double turn =
          (here.x - before.x) * (after.y - here.y) - (here.y - before.y) * (after.x - here.x);
      if (turn != 0) {
        corners[kept++] = map.x(here.x, here.y);
        corners[kept++] = map.y(here.x, here.y);
      }
    }
    return Arrays.copyOf(corners, kept);
  }
}
