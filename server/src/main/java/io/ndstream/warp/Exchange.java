package io.ndstream.warp;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import io.ndstream.geom.Window;

/**
 * "Map, then cut" turned into "cut the source, then map": one source pixel is kept to the left and
 * above, about as many as make one pixel of the result to the right and below.
 *
 * @param window of the source, inside it
 * @param map from that window to the cut
 */
record Exchange(Window window, Affine map) {
  private static final double AXIS_ALIGNED = 1e-9;

  /**
   * @param map of the source
   * @param cut on the canvas of {@code map}, not empty
   */
  static Exchange of(Affine map, int sourceWidth, int sourceHeight, Window cut) {
    Affine.Decomposed d = map.decompose();
    if (isAxisAligned(d)) {
      Span x = Span.along(map.a11(), map.tx(), sourceWidth, cut.x(), cut.right());
      Span y = Span.along(map.a22(), map.ty(), sourceHeight, cut.y(), cut.bottom());
      Affine moved =
          new Affine(
              map.a11(),
              0,
              map.tx() + map.a11() * x.start - cut.x(),
              0,
              map.a22(),
              map.ty() + map.a22() * y.start - cut.y());
      return new Exchange(window(x, y, sourceWidth, sourceHeight), moved);
    }
    Box reach = map.inverse().bounds(cut.toBox());
    Span x = Span.round(reach.left(), reach.right(), cut.width());
    Span y = Span.round(reach.top(), reach.bottom(), cut.height());
    Affine moved =
        Affine.translate(-cut.x(), -cut.y()).after(map).after(Affine.translate(x.start, y.start));
    return new Exchange(window(x, y, sourceWidth, sourceHeight), moved);
  }

  static boolean isAxisAligned(Affine.Decomposed d) {
    return Math.abs(d.theta()) < AXIS_ALIGNED
        && Math.abs(d.shearx()) < AXIS_ALIGNED
        && d.sx() > 0
        && d.sy() > 0;
  }

  private static Window window(Span x, Span y, int width, int height) {
    int left = (int) Math.min(x.start, width);
    int top = (int) Math.min(y.start, height);
    int right = (int) Math.max(left, Math.min(x.stop, width));
    int bottom = (int) Math.max(top, Math.min(y.stop, height));
    return Window.ofCorners(left, top, right, bottom);
  }

  /**
   * Source pixels [start, stop) along one axis; integers, start not below 0, neither yet cut to the
   * source.
   */
  private record Span(double start, double stop) {
    static Span along(double scale, double offset, int size, int from, int to) {
      double low = (from - offset) / scale;
      double high = (to - offset) / scale;
      double first = Math.max(Math.floor(low), 0);
      double last = Math.min(Math.ceil(high), size);
      double extra = Math.ceil((high - low) / (to - from));
      return new Span(first - Math.min(first, 1), last + extra);
    }

    static Span round(double low, double high, int cut) {
      double first = Math.max(Math.floor(low), 0);
      double last = Math.max(Math.ceil(high), 0);
      double extra = Math.ceil((last - first) / cut);
      return new Span(first - Math.min(first, 1), last + extra);
    }
  }
}
