package io.ndstream.warp;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import java.util.Arrays;

/**
 * The source pixel of every canvas pixel of a nearest plan, through all the plans it is made of.
 * The rounding of each is kept: a cut between two maps gives other pixels than one map.
 */
final class NearestMap {
  private static final int NONE = -1;

  private boolean separable;
  private int width;
  private int height;
  private int[] columns;
  private int[] rows;
  private ReadPlan file;
  private Window used;

  NearestMap follow(ReadPlan plan, Scratch scratch) {
    width = plan.width();
    height = plan.height();
    separable = true;
    for (ReadPlan p = plan; p != null; p = p.inner()) {
      separable &= p.map() == null || Exchange.isAxisAligned(p.map().decompose());
    }
    int n = separable ? width : Math.multiplyExact(width, height);
    columns = scratch.ints(n);
    rows = scratch.ints(separable ? height : n);
    for (int i = 0; i < columns(); i++) {
      columns[i] = separable ? i : i % width;
    }
    for (int i = 0; i < rows(); i++) {
      rows[i] = separable ? i : i / width;
    }
    for (ReadPlan p = plan; p != null; p = p.inner()) {
      step(p);
      file = p;
    }
    used = extent();
    return this;
  }

  private int columns() {
    return separable ? width : width * height;
  }

  private int rows() {
    return separable ? height : width * height;
  }

  private void step(ReadPlan plan) {
    Window w = plan.window();
    Affine map = plan.map();
    if (map != null && Exchange.isAxisAligned(map.decompose())) {
      boolean moves = map.tx() != 0 || map.ty() != 0;
      along(columns, columns(), moves, map.a11(), map.tx(), w.width(), plan.width());
      along(rows, rows(), moves, map.a22(), map.ty(), w.height(), plan.height());
    } else if (map != null) {
      turn(map, w);
    }
    shift(columns, columns(), w.x());
    shift(rows, rows(), w.y());
  }

  /**
   * The reference samples at the pixel's corner if the map moves, and by the ratio of the sizes if
   * it does not. It multiplies by the reciprocal of the ratio: a product just short of a whole
   * number takes the pixel before.
   */
  private static void along(
      int[] at, int count, boolean moves, double scale, double offset, int size, int canvas) {
    double step = 1 / ((double) canvas / size);
    for (int i = 0; i < count; i++) {
      if (at[i] == NONE) {
        continue;
      }
      if (moves) {
        double p = Math.floor((at[i] - offset) / scale);
        at[i] = p >= 0 && p < size ? (int) p : NONE;
      } else {
        at[i] = Math.min(size - 1, (int) (at[i] * step));
      }
    }
  }

  private void turn(Affine map, Window w) {
    FixedMap back = new FixedMap(FixedMap.centred(map));
    for (int i = 0; i < width * height; i++) {
      if (columns[i] == NONE || rows[i] == NONE) {
        columns[i] =
            NONE; // a row alone would stay a row of the canvas, and perhaps one that the source has
        // not
        rows[i] = NONE;
        continue;
      }
      long x = FixedMap.toPixel(back.xOfRow(rows[i]) + back.xOfColumn(columns[i]));
      long y = FixedMap.toPixel(back.yOfRow(rows[i]) + back.yOfColumn(columns[i]));
      boolean inside = x >= 0 && x < w.width() && y >= 0 && y < w.height();
      columns[i] = inside ? (int) x : NONE;
      rows[i] = inside ? (int) y : NONE;
    }
  }

  private static void shift(int[] at, int count, int by) {
    for (int i = 0; i < count; i++) {
      if (at[i] != NONE) {
        at[i] += by;
      }
    }
  }

  private Window extent() {
    int left = Arrays.stream(columns, 0, columns()).filter(c -> c != NONE).min().orElse(0);
    int right = Arrays.stream(columns, 0, columns()).filter(c -> c != NONE).max().orElse(NONE) + 1;
    int top = Arrays.stream(rows, 0, rows()).filter(r -> r != NONE).min().orElse(0);
    int bottom = Arrays.stream(rows, 0, rows()).filter(r -> r != NONE).max().orElse(NONE) + 1;
    shift(columns, columns(), -left);
    shift(rows, rows(), -top);
    return right <= left || bottom <= top
        ? new Window(left, top, 0, 0)
        : Window.ofCorners(left, top, right, bottom);
  }

  /** Whether columns depend on columns only, and rows on rows. */
  boolean isSeparable() {
    return separable;
  }

  /** The part of {@link #level} that any pixel comes from; empty if none does. */
  Window used() {
    return used;
  }

  int level() {
    return file.level();
  }

  /**
   * Column of {@link #used} for every canvas column, or for every canvas pixel row by row; -1 for
   * none.
   */
  int[] sourceColumns() {
    return columns;
  }

  /**
   * Row of {@link #used} for every canvas row, or for every canvas pixel row by row; -1 for none.
   */
  int[] sourceRows() {
    return rows;
  }
}
