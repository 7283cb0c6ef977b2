package io.ndstream.coco;

import io.ndstream.coco.Segmentation.Polygon;
import io.ndstream.coco.Segmentation.Polygons;
import io.ndstream.coco.Segmentation.Rle;

/**
 * A segmentation in a few numbers, for reports.
 *
 * @param form the spelling found
 * @param parts polygons, 0 for a mask
 * @param holes interior rings
 * @param area exteriors minus holes, or set pixels
 * @param box left, top, width, height of the exteriors, or of the set pixels; zeros if there are
 *     none
 * @param size height, width of a mask; empty for polygons
 * @param compressed whether a mask is packed text
 */
public record ShapeSummary(
    String form, int parts, int holes, double area, double[] box, int[] size, boolean compressed) {

  public static ShapeSummary of(Segmentation shape) {
    return shape instanceof Rle ? ofMask((Rle) shape) : ofPolygons((Polygons) shape);
  }

  private static ShapeSummary ofPolygons(Polygons polygons) {
    double area = 0;
    int holes = 0;
    double[] edges = noEdges();
    for (Polygon part : polygons.parts()) {
      area += area(part.exterior());
      for (double[] hole : part.interiors()) {
        area -= area(hole);
        holes++;
      }
      for (int i = 0; i < part.exterior().length; i += 2) {
        double x = part.exterior()[i];
        double y = part.exterior()[i + 1];
        grow(edges, x, y, x, y);
      }
    }
    return new ShapeSummary(
        polygons.form(), polygons.parts().size(), holes, area, box(edges), new int[0], false);
  }

  /** The shoelace formula; the sign of the turning is dropped. */
  private static double area(double[] ring) {
    double twice = 0;
    for (int i = 0; i < ring.length; i += 2) {
      int next = (i + 2) % ring.length;
      twice += ring[i] * ring[next + 1] - ring[next] * ring[i + 1];
    }
    return Math.abs(twice) / 2;
  }

  private static ShapeSummary ofMask(Rle mask) {
    double area = 0;
    double[] edges = noEdges();
    long line = mask.columnMajor() ? mask.height() : mask.width();
    long at = 0;
    for (int i = 0; i < mask.counts().length; i++) {
      int run = mask.counts()[i];
      if ((i & 1) == 1 && run > 0) {
        area += run;
        growRun(edges, mask.columnMajor(), line, at, at + run - 1);
      }
      at += run;
    }
    int[] size = {mask.height(), mask.width()};
    return new ShapeSummary("rle", 0, 0, area, box(edges), size, mask.compressed());
  }

  /** A run that goes on in the next line covers both ends of a line. */
  private static void growRun(
      double[] edges, boolean columnMajor, long line, long first, long last) {
    double outer0 = first / line;
    double outer1 = last / line;
    double inner0 = outer0 == outer1 ? first % line : 0;
    double inner1 = outer0 == outer1 ? last % line : line - 1;
    if (columnMajor) {
      grow(edges, outer0, inner0, outer1 + 1, inner1 + 1);
    } else {
      grow(edges, inner0, outer0, inner1 + 1, outer1 + 1);
    }
  }

  private static double[] noEdges() {
    double far = Double.POSITIVE_INFINITY;
    return new double[] {far, far, -far, -far};
  }

  private static void grow(double[] edges, double left, double top, double right, double bottom) {
    edges[0] = Math.min(edges[0], left);
    edges[1] = Math.min(edges[1], top);
    edges[2] = Math.max(edges[2], right);
    edges[3] = Math.max(edges[3], bottom);
  }

  private static double[] box(double[] edges) {
    boolean any = edges[0] <= edges[2];
    return any
        ? new double[] {edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1]}
        : new double[4];
  }
}
