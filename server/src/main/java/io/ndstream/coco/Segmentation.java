package io.ndstream.coco;

import java.util.List;

/** The shape of an annotation as the manifest gives it, in image space. */
public sealed interface Segmentation {

  /** Union of polygons. {@code form} is the spelling found, for reports. */
  record Polygons(String form, List<Polygon> parts) implements Segmentation {
    public Polygons {
      parts = List.copyOf(parts);
    }
  }

  /**
   * @param exterior x, y, x, y, … ; a repeated closing vertex is kept
   * @param interiors rings of holes
   */
  record Polygon(double[] exterior, List<double[]> interiors) {
    public Polygon {
      interiors = List.copyOf(interiors);
    }
  }

  /**
   * Run lengths that alternate 0, 1, 0, 1 … starting with zeros.
   *
   * @param columnMajor runs go down columns (the default order F); else along rows
   * @param compressed whether the manifest holds packed text
   */
  record Rle(int height, int width, int[] counts, boolean columnMajor, boolean compressed)
      implements Segmentation {}
}
