package io.ndstream.stitch;

import static java.util.Comparator.comparingInt;

import io.ndstream.annot.RegionOutlines;
import io.ndstream.coco.Segmentation;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.BiPredicate;

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
    return RegionOutlines.of(joinedDown(joinedAcross(boxes)), imageFromAsset);
  }

  /** The fewer the boxes, the sooner they are united: a full canvas is one. */
  private static List<Window> joinedAcross(List<Window> boxes) {
    return joined(
        boxes,
        comparingInt(Window::y).thenComparingInt(Window::height).thenComparingInt(Window::x),
        (left, right) ->
            left.y() == right.y() && left.height() == right.height() && left.right() == right.x());
  }

  private static List<Window> joinedDown(List<Window> boxes) {
    return joined(
        boxes,
        comparingInt(Window::x).thenComparingInt(Window::width).thenComparingInt(Window::y),
        (above, below) ->
            above.x() == below.x()
                && above.width() == below.width()
                && above.bottom() == below.y());
  }

  /**
   * @param order brings boxes that can be joined beside each other
   */
  private static List<Window> joined(
      List<Window> boxes, Comparator<Window> order, BiPredicate<Window, Window> areOne) {
    Deque<Window> joined = new ArrayDeque<>();
    for (Window box : boxes.stream().sorted(order).toList()) {
      Window before = joined.peekLast();
      if (before != null && areOne.test(before, box)) {
        joined.removeLast();
        joined.addLast(Window.ofCorners(before.x(), before.y(), box.right(), box.bottom()));
      } else {
        joined.addLast(box);
      }
    }
    return List.copyOf(joined);
  }
}
