package io.ndstream.annot;

import io.ndstream.coco.Segmentation;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import java.util.List;

/**
 * Writes shapes of annotations into columns: run lengths traced, everything mapped, cut if asked
 * for. Belongs to one thread at a time.
 */
final class ShapeWriter {
  private final BorderTracer tracer = new BorderTracer();
  private final Clipper clipper = new Clipper();
  private final AnnotationColumns whole = new AnnotationColumns();

  /**
   * Adds the polygons of a shape to the last annotation of {@code into}.
   *
   * @param mask the decoded pixels if the shape is run lengths, else null
   * @param window to cut to, in sample coordinates, or null
   */
  void write(
      Segmentation shape, Mask mask, Affine sampleFromImage, Box window, AnnotationColumns into) {
    if (window == null) {
      writeWhole(shape, mask, sampleFromImage, into);
      return;
    }
    whole.reset(true, false, List.of());
    whole.beginSample();
    whole.beginAnnotation(0, 0, 0, window, 1);
    writeWhole(shape, mask, sampleFromImage, whole);
    for (int polygon = 0; polygon < whole.rings().parents(); polygon++) {
      clipper.clip(whole, polygon, window, into);
    }
  }

  /** Adds the four mapped corners of a box as a polygon. */
  void writeBox(Box box, Affine map, AnnotationColumns into) {
    double[] corners = {
      box.left(),
      box.top(),
      box.right(),
      box.top(),
      box.right(),
      box.bottom(),
      box.left(),
      box.bottom()
    };
    into.beginPolygon();
    writeRing(corners, map, into);
  }

  private void writeWhole(Segmentation shape, Mask mask, Affine map, AnnotationColumns into) {
    if (mask != null) {
      tracer.trace(mask, map, into);
    } else if (shape instanceof Segmentation.Polygons polygons) {
      for (Segmentation.Polygon part : polygons.parts()) {
        into.beginPolygon();
        writeRing(part.exterior(), map, into);
        for (double[] interior : part.interiors()) {
          writeRing(interior, map, into);
        }
      }
    }
  }

  private static void writeRing(double[] xy, Affine map, AnnotationColumns into) {
    into.beginRing();
    for (int i = 0; i < xy.length; i += 2) {
      into.addPoint(map.x(xy[i], xy[i + 1]), map.y(xy[i], xy[i + 1]));
    }
  }
}
