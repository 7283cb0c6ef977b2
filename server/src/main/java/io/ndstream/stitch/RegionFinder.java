package io.ndstream.stitch;

import io.ndstream.annot.RegionOutlines;
import io.ndstream.coco.Segmentation;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.geom.Box;
import io.ndstream.geom.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * From soft to hard: outlines of the regions of an image where a band is above a threshold, or is
 * the largest.
 *
 * @param classes bands to trace, by position
 * @param threshold pixels count whose average is above it
 * @param largestOnly and whose band is the largest of all, the first of equals
 * @param minPixels smaller regions are left out
 * @param tolerance outlines may move by this much, in asset pixels
 */
public record RegionFinder(
    List<Integer> classes,
    double threshold,
    boolean largestOnly,
    long minPixels,
    double tolerance) {
  /** Rows looked at at a time. */
  private static final int ROWS = 16;

  public RegionFinder {
    classes = List.copyOf(classes);
    Violations violations = new Violations();
    violations.check(
        !Double.isNaN(threshold), Reason.BAD_ARGUMENT, "threshold", threshold, "a number");
    violations.check(minPixels >= 0, Reason.BAD_ARGUMENT, "min_pixels", minPixels, ">= 0");
    violations.check(
        tolerance >= 0 && Double.isFinite(tolerance),
        Reason.BAD_ARGUMENT,
        "tolerance",
        tolerance,
        ">= 0");
    violations.throwIfAny();
  }

  /**
   * A region.
   *
   * @param band its class, by position
   * @param score mean of the average over its pixels
   * @param box round the shape
   * @param shape in image space
   */
  public record Found(int band, long pixels, double score, Box box, Segmentation.Polygons shape) {}

  /** Finds all regions, ascending by class, then by first pixel. */
  public void find(Averages canvas, Consumer<Found> each) {
    List<RegionRuns> runs = new ArrayList<>();
    classes.forEach(band -> runs.add(new RegionRuns()));
    scan(canvas, runs);
    for (int c = 0; c < classes.size(); c++) {
      for (RegionRuns.Region region : runs.get(c).regions(minPixels)) {
        Segmentation.Polygons shape =
            RegionOutlines.of(region.runs(), tolerance, canvas.imageFromAsset());
        if (!shape.parts().isEmpty()) {
          each.accept(
              new Found(classes.get(c), region.pixels(), region.score(), box(shape), shape));
        }
      }
    }
  }

  private void scan(Averages canvas, List<RegionRuns> runs) {
    Window bounds = canvas.bounds();
    double[] averages = new double[ROWS * bounds.width() * canvas.bands()];
    for (int y = 0; y < bounds.height(); y += ROWS) {
      Window part = new Window(0, y, bounds.width(), ROWS).intersect(bounds);
      canvas.averages(part, averages);
      for (int row = 0; row < part.height(); row++) {
        for (int c = 0; c < classes.size(); c++) {
          row(
              averages,
              row * bounds.width(),
              bounds.width(),
              canvas.bands(),
              classes.get(c),
              y + row,
              runs.get(c));
        }
      }
    }
  }

  private void row(
      double[] averages, int at, int width, int bands, int band, int y, RegionRuns into) {
    int start = -1;
    double sum = 0;
    for (int x = 0; x < width; x++) {
      boolean in = counts(averages, (at + x) * bands, bands, band);
      if (in) {
        start = start < 0 ? x : start;
        sum += averages[(at + x) * bands + band];
      } else if (start >= 0) {
        into.add(y, start, x, sum);
        start = -1;
        sum = 0;
      }
    }
    if (start >= 0) {
      into.add(y, start, width, sum);
    }
  }

  /** NaN is above nothing. */
  private boolean counts(double[] averages, int pixel, int bands, int band) {
    double value = averages[pixel + band];
    if (!(value > threshold)) {
      return false;
    }
    for (int other = 0; largestOnly && other < bands; other++) {
      double rival = averages[pixel + other];
      if (rival > value || (rival == value && other < band)) {
        return false;
      }
    }
    return true;
  }

  private static Box box(Segmentation.Polygons shape) {
    double left = Double.POSITIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    for (Segmentation.Polygon part : shape.parts()) {
      double[] xy = part.exterior();
      for (int i = 0; i < xy.length; i += 2) {
        left = Math.min(left, xy[i]);
        right = Math.max(right, xy[i]);
        top = Math.min(top, xy[i + 1]);
        bottom = Math.max(bottom, xy[i + 1]);
      }
    }
    return new Box(left, top, right, bottom);
  }
}
