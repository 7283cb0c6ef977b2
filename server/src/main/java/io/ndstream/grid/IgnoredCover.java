package io.ndstream.grid;

import io.ndstream.coco.Annotations;
import io.ndstream.geom.Box;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Removes the places of a frame that ignored annotations cover too much. */
final class IgnoredCover {
  private final Annotations annotations;
  private final GridOptions.Classes classes;
  private final List<Integer> rows = new ArrayList<>();
  private final List<byte[]> touched = new ArrayList<>();

  IgnoredCover(Annotations annotations, GridOptions.Classes classes) {
    this.annotations = annotations;
    this.classes = classes;
  }

  /** Adds an ignored annotation and the places it touches. */
  void add(int row, Places places) {
    if (rows.isEmpty() || rows.get(rows.size() - 1) != row) {
      rows.add(row);
      touched.add(new byte[places.count()]);
    }
    places.mark(touched.get(touched.size() - 1), FrameMarker.REMOVED);
  }

  void remove(Places places, byte[] marks) {
    for (int place = 0; place < marks.length && !rows.isEmpty(); place++) {
      List<Box> boxes = touching(place);
      if (!boxes.isEmpty() && isCovered(places.box(place), boxes)) {
        marks[place] |= FrameMarker.REMOVED;
      }
    }
  }

  private List<Box> touching(int place) {
    List<Box> boxes = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      if (touched.get(i)[place] != 0) {
        int row = rows.get(i);
        boxes.add(
            Box.ofXywh(
                annotations.x(row),
                annotations.y(row),
                annotations.width(row),
                annotations.height(row)));
      }
    }
    return boxes;
  }

  /**
   * The reference's order of tests: all boxes whole, then the largest part inside, then the parts
   * together.
   */
  private boolean isCovered(Box window, List<Box> boxes) {
    double limit = classes.ignoreCoverage();
    if (boxes.stream().mapToDouble(Box::area).sum() / window.area() <= limit) {
      return false;
    }
    if (boxes.stream().mapToDouble(window::intersectionArea).max().orElse(0) / window.area()
        > limit) {
      return true;
    }
    return classes.ignoreUnion()
        && boxes.size() > 1
        && unionInside(window, boxes) / window.area() > limit;
  }

  /** Area of the union of the boxes inside a window: cells between all edges, each counted once. */
  static double unionInside(Box window, List<Box> boxes) {
    double[] xs =
        edges(
            boxes.stream()
                .flatMapToDouble(b -> Arrays.stream(new double[] {b.left(), b.right()}))
                .toArray(),
            window.left(),
            window.right());
    double[] ys =
        edges(
            boxes.stream()
                .flatMapToDouble(b -> Arrays.stream(new double[] {b.top(), b.bottom()}))
                .toArray(),
            window.top(),
            window.bottom());
    double area = 0;
    for (int i = 0; i + 1 < xs.length; i++) {
      for (int j = 0; j + 1 < ys.length; j++) {
        double x = (xs[i] + xs[i + 1]) / 2;
        double y = (ys[j] + ys[j + 1]) / 2;
        if (boxes.stream()
            .anyMatch(b -> b.left() < x && x < b.right() && b.top() < y && y < b.bottom())) {
          area += (xs[i + 1] - xs[i]) * (ys[j + 1] - ys[j]);
        }
      }
    }
    return area;
  }

  private static double[] edges(double[] found, double low, double high) {
    return Arrays.stream(found)
        .map(e -> Math.max(low, Math.min(high, e)))
        .sorted()
        .distinct()
        .toArray();
  }
}
