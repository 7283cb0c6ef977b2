package io.ndstream.sample;

import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import java.util.List;

/** A window given by its centre and size. */
final class CentredWindow {
  /** No window reaches farther from 0 than this, so sums of a few such numbers stay integers. */
  static final long FARTHEST = 1L << 30;

  private final TargetSpec target;
  private final Violations violations;

  CentredWindow(TargetSpec target, Violations violations) {
    this.target = target;
    this.violations = violations;
  }

  /**
   * The window as (y, x), or null after violations were added.
   *
   * @param resolved is told the size used
   */
  List<Slice> slices(TargetSpec.Builder resolved) {
    need(target.cx(), "cx");
    need(target.cy(), "cy");
    WindowDims dims = dims();
    if (dims == null || !violations.isEmpty()) {
      return null;
    }
    resolved.windowDims(dims);
    Slice y = slice(target.cy(), dims.dims().get(0), "cy");
    Slice x = slice(target.cx(), dims.dims().get(1), "cx");
    return y == null || x == null ? null : List.of(y, x);
  }

  private void need(Double value, String field) {
    violations.check(
        value != null && Double.isFinite(value),
        Reason.BAD_WINDOW,
        "target." + field,
        value,
        "a number");
  }

  private WindowDims dims() {
    WindowDims asked = target.windowDims();
    if (asked != null && asked.word() == null) {
      boolean pair = asked.dims().size() == 2;
      for (long d : asked.dims()) {
        pair &= d >= 0 && d <= FARTHEST;
      }
      violations.check(
          pair,
          Reason.BAD_WINDOW,
          "target.window_dims",
          asked.dims(),
          "height and width, 0 or more");
      return pair ? asked : null;
    }
    boolean square = asked != null && asked.word().equals("square");
    boolean extent = asked == null || asked.word().equals("extent");
    violations.check(
        square || extent,
        Reason.BAD_WINDOW,
        "target.window_dims",
        asked == null ? "" : asked.word(),
        "extent or square");
    need(target.width(), "width");
    need(target.height(), "height");
    if (!violations.isEmpty()) {
      return null;
    }
    long height = (long) Math.ceil(target.height());
    long width = (long) Math.ceil(target.width());
    WindowDims used =
        square
            ? WindowDims.of(Math.max(height, width), Math.max(height, width))
            : WindowDims.of(height, width);
    boolean fine = Math.min(height, width) >= 0 && Math.max(height, width) <= FARTHEST;
    violations.check(fine, Reason.BAD_WINDOW, "target.width", width + " x " + height, "0 or more");
    return fine ? used : null;
  }

  /** The start is floor(c - d/2), the size always d. */
  private Slice slice(double centre, long size, String field) {
    double low = Math.floor(centre - size / 2.0);
    if (!(Math.abs(low) <= FARTHEST / 2)) {
      violations.add(
          Reason.BAD_WINDOW,
          "target." + field,
          "value: " + centre + " (expected: within 2^29 of 0)");
      return null;
    }
    return Slice.of((long) low, (long) low + size);
  }
}
