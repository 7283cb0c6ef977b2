package io.ndstream.stitch;

import io.ndstream.annot.RegionOutlines;
import io.ndstream.coco.Segmentation;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * The pixels of a canvas that have any weight, gathered block by block as few rectangles. Not
 * thread-safe.
 */
final class Coverage {
  private final List<Window> boxes = new ArrayList<>();

  /**
   * @param part of the canvas, not added before, all of which has weight
   */
  void add(Window part) {
    boxes.add(part);
  }

  /**
   * @param part of the canvas, not added before
   * @param weights of its pixels, row-major
   */
  void add(Window part, double[] weights) {
    int width = part.width();
    int[] above = new int[width]; // 1 + position of the rectangle that begins in a column
    for (int y = 0; y < part.height(); y++) {
      for (int x = 0; x < width; ) {
        int from = x;
        boolean covered = weights[y * width + x] > 0;
        while (x < width && weights[y * width + x] > 0 == covered) {
          x++;
        }
        if (covered) {
          above[from] = extend(above[from], new Window(part.x() + from, part.y() + y, x - from, 1));
        }
      }
    }
  }

  /**
   * Joins a run to the rectangle above it if that is as wide; gives 1 + the position of the one it
   * is in now.
   */
  private int extend(int number, Window run) {
    Window above = number == 0 ? null : boxes.get(number - 1);
    if (above != null && above.bottom() == run.y() && above.width() == run.width()) {
      boxes.set(number - 1, new Window(above.x(), above.y(), above.width(), above.height() + 1));
      return number;
    }
    boxes.add(run);
    return boxes.size();
  }

  /** Outlines of the pixels along their edges. */
  Segmentation.Polygons outlines(Affine imageFromAsset) {
    return RegionOutlines.of(boxes, imageFromAsset);
  }
}
