package io.ndstream.warp;

import static java.util.Objects.requireNonNull;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import io.ndstream.geom.Window;

/**
 * How one asset becomes pixels of a canvas: read a window of one level, map it once. Warps and cuts
 * are folded into these two as they are added; where the folding puts the window decides the pixels
 * near its borders, so the order of the calls matters.
 *
 * <p>Nearest is not folded over cuts. There the plan so far becomes the {@code inner} one, and the
 * source is its canvas.
 *
 * @param level of the source, 0 for full resolution
 * @param window in pixels of the level, inside it
 * @param map from pixels of the window to the canvas; null if the window is the canvas
 * @param width of the canvas
 * @param height of the canvas
 * @param inner what the source is made of, or null for a file
 */
public record ReadPlan(
    Source source,
    boolean nearest,
    int level,
    Window window,
    Affine map,
    int width,
    int height,
    ReadPlan inner) {
  private static final double TWICE = 2 - 1e-8;

  public ReadPlan {
    requireNonNull(source);
    requireNonNull(window);
  }

  /** The whole file as it is. */
  public static ReadPlan whole(Source source, boolean nearest) {
    Window all = source.level(0);
    return new ReadPlan(source, nearest, 0, all, null, all.width(), all.height(), null);
  }

  /** Maps what there is onto a canvas of a given size. */
  public ReadPlan warp(Affine by, int canvasWidth, int canvasHeight) {
    ReadPlan before = tidy();
    Affine folded = before.map == null ? by : by.after(before.map);
    return before.withMap(folded, canvasWidth, canvasHeight).tidy();
  }

  /**
   * Columns and rows that the mapped rectangle (0, 0, width, height) reaches, counted from 0,
   * rounded up.
   */
  public static Window canvasOf(Affine by, int width, int height) {
    Box box = by.bounds(new Box(0, 0, width, height));
    return new Window(
        0,
        0,
        (int) Math.max(0, Math.ceil(box.right())),
        (int) Math.max(0, Math.ceil(box.bottom())));
  }

  /**
   * @param box inside the canvas
   */
  public ReadPlan crop(Window box) {
    return tidy().cut(box).tidy();
  }

  private ReadPlan cut(Window box) {
    if (map == null) {
      Window cut = box.translate(window.x(), window.y());
      return new ReadPlan(source, nearest, level, cut, null, box.width(), box.height(), inner);
    }
    if (nearest) {
      Source canvas = new Source(width, height, 0);
      return new ReadPlan(canvas, true, 0, box, null, box.width(), box.height(), this);
    }
    if (box.isEmpty()) {
      return withMap(Affine.translate(-box.x(), -box.y()).after(map), box.width(), box.height());
    }
    Exchange e = Exchange.of(map, window.width(), window.height(), box);
    Window cut = e.window().translate(window.x(), window.y());
    return new ReadPlan(source, false, level, cut, e.map(), box.width(), box.height(), inner);
  }

  /**
   * Taking some of the bands: cheap on an unmapped part, else it fixes the canvas as a cut does.
   */
  public ReadPlan selectBands() {
    return map == null ? this : crop(new Window(0, 0, width, height));
  }

  /** Applied once more before reading, in case nothing followed the last warp or cut. */
  public ReadPlan tidy() {
    ReadPlan plan = this;
    while (plan.map != null) {
      if (isIdentity(plan.map)
          && plan.width == plan.window.width()
          && plan.height == plan.window.height()) {
        return plan.withMap(null, plan.width, plan.height);
      }
      Affine.Decomposed d = plan.map.decompose();
      int left = plan.source.overviews() - plan.level;
      if (left > 0 && d.sx() <= 0.5 && d.sy() <= 0.5) {
        plan = plan.down(Math.max(1, (int) Math.min(left, log2(1 / Math.max(d.sx(), d.sy())))));
      } else if (plan.level > 0 && (d.sx() >= TWICE || d.sy() >= TWICE)) {
        return plan.undo();
      } else {
        return plan;
      }
    }
    return plan;
  }

  private ReadPlan down(int levels) {
    int to = level + levels;
    double f = 1.0 / (1L << levels);
    Window all = source.level(to);
    Window moved = isWholeLevel() ? all : all.intersect(halved(window, f));
    double cx = moved.x() - f * window.x();
    double cy = moved.y() - f * window.y();
    Affine shift = Math.abs(cx) > 1e-8 || Math.abs(cy) > 1e-8 ? Affine.translate(cx, cy) : null;
    Affine rest = map.after(Affine.scale(1L << levels, 1L << levels));
    if (!rest.isAboutIdentity()) {
      Affine m = shift == null ? rest : rest.after(shift);
      return new ReadPlan(source, nearest, to, moved, m, width, height, inner);
    }
    Affine m = shift == null ? Affine.IDENTITY : shift;
    Window kept =
        shift == null
            ? new Window(
                moved.x(),
                moved.y(),
                Math.min(width, moved.width()),
                Math.min(height, moved.height()))
            : moved;
    return new ReadPlan(source, nearest, to, kept, m, width, height, inner);
  }

  private static Window halved(Window w, double f) {
    return Window.ofCorners(
        (int) Math.floor(f * w.x()), (int) Math.floor(f * w.y()),
        (int) Math.ceil(f * w.right()), (int) Math.ceil(f * w.bottom()));
  }

  private ReadPlan undo() {
    double f = 1.0 / (1L << level);
    Affine down = Affine.scale(f, f);
    if (isWholeLevel()) {
      return new ReadPlan(
          source, nearest, 0, source.level(0), map.after(down), width, height, inner);
    }
    if (window.isEmpty()) {
      Window none = new Window(0, 0, 0, 0);
      return new ReadPlan(source, nearest, 0, none, map.after(down), width, height, inner);
    }
    Exchange e = Exchange.of(down, source.width(), source.height(), window);
    return new ReadPlan(source, nearest, 0, e.window(), map.after(e.map()), width, height, inner);
  }

  private boolean isWholeLevel() {
    return window.equals(source.level(level));
  }

  private ReadPlan withMap(Affine newMap, int canvasWidth, int canvasHeight) {
    return new ReadPlan(source, nearest, level, window, newMap, canvasWidth, canvasHeight, inner);
  }

  /** Maps pixels of the file at full resolution to the canvas. */
  public Affine canvasFromFile() {
    double f = 1.0 / (1L << level);
    Affine fromWindow = map == null ? Affine.IDENTITY : map;
    Affine fromSource =
        fromWindow.after(Affine.translate(-window.x(), -window.y())).after(Affine.scale(f, f));
    return inner == null ? fromSource : fromSource.after(inner.canvasFromFile());
  }

  /** The level of the file that is read. */
  public int fileLevel() {
    return inner == null ? level : inner.fileLevel();
  }

  /** Whether every canvas pixel is one source pixel, moved by whole pixels. */
  public boolean isShift() {
    if (inner != null || map == null) {
      return inner == null;
    }
    // Nearest without an offset goes by the ratio of the sizes, even if the map is the identity.
    boolean stretches = nearest && isIdentity(map);
    return isShift(map) && !stretches;
  }

  private static boolean isShift(Affine m) {
    return m.a11() == 1
        && m.a22() == 1
        && m.a12() == 0
        && m.a21() == 0
        && m.tx() == Math.rint(m.tx())
        && m.ty() == Math.rint(m.ty());
  }

  private static boolean isIdentity(Affine m) {
    return isShift(m) && m.tx() == 0 && m.ty() == 0;
  }

  /** Exact for powers of two, unlike a quotient of logarithms. */
  static double log2(double x) {
    int exponent = Math.getExponent(x);
    return exponent + Math.log(x / Math.scalb(1.0, exponent)) / Math.log(2);
  }
}
