package io.ndstream.grid;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.index.AnnotationIndex;
import io.ndstream.index.Hits;
import java.util.Arrays;

/**
 * The positions of one image where a window may lie, counted exactly. In one row of positions every
 * annotation forbids one interval of columns, because its overlap with the window rises, stays and
 * falls as the window passes; what no interval covers is free. Costs a look at every annotation
 * near every row, so it is for images on which random search has failed.
 */
final class FreePositions {
  private final Annotations annotations;
  private final AnnotationIndex index;
  private final int image;
  private final int width;
  private final int height;
  private final double thresh;

  /** Positions across and down. */
  private final int columns;

  private final int rows;
  private final Hits hits = new Hits();

  /** first << 32 | last forbidden column, sorted. */
  private long[] forbidden = new long[16];

  private int intervals;

  FreePositions(Dataset dataset, AnnotationIndex index, int image, NegativeOptions options) {
    this.annotations = dataset.annotations();
    this.index = index;
    this.image = image;
    this.width = options.width();
    this.height = options.height();
    this.thresh = options.thresh();
    Image size = dataset.images().get(image);
    this.columns = Math.max(0, size.width() - width + 1);
    this.rows = columns == 0 ? 0 : Math.max(0, size.height() - height + 1);
  }

  long count() {
    long free = 0;
    for (int y = 0; y < rows; y++) {
      forbid(y);
      free += freeColumns();
    }
    return free;
  }

  /**
   * Positions with these numbers, counted row by row from the top left.
   *
   * @param numbers ascending, each in [0, {@link #count})
   * @return y * 2^32 + x of each
   */
  long[] at(long[] numbers) {
    long[] places = new long[numbers.length];
    long before = 0;
    int next = 0;
    for (int y = 0; y < rows && next < numbers.length; y++) {
      forbid(y);
      int free = freeColumns();
      for (; next < numbers.length && numbers[next] < before + free; next++) {
        places[next] = (long) y << 32 | freeColumn((int) (numbers[next] - before));
      }
      before += free;
    }
    return places;
  }

  private int freeColumns() {
    int free = 0;
    int from = 0;
    for (int i = 0; i < intervals; i++) {
      free += Math.max(0, first(i) - from);
      from = Math.max(from, last(i) + 1);
    }
    return free + columns - from;
  }

  private int freeColumn(int number) {
    int left = number;
    int from = 0;
    for (int i = 0; i < intervals; i++) {
      int gap = Math.max(0, first(i) - from);
      if (left < gap) {
        return from + left;
      }
      left -= gap;
      from = Math.max(from, last(i) + 1);
    }
    return from + left;
  }

  private int first(int i) {
    return (int) (forbidden[i] >> 32);
  }

  private int last(int i) {
    return (int) forbidden[i];
  }

  private void forbid(int y) {
    intervals = 0;
    index.touching(image, 0, y, columns - 1 + width, y + height, hits);
    for (int i = 0; i < hits.size(); i++) {
      if (thresh == 0) {
        forbidTouching(hits.row(i));
      } else {
        forbidCovering(hits.row(i), y);
      }
    }
    Arrays.sort(forbidden, 0, intervals);
  }

  private void forbidTouching(int row) {
    double x = annotations.x(row);
    double x2 = x + annotations.width(row);
    forbid(clamp(Math.ceil(Math.min(x, x2))) - width, clamp(Math.floor(Math.max(x, x2))));
  }

  private void forbidCovering(int row, int y) {
    double x = annotations.x(row);
    double x2 = x + annotations.width(row);
    // up to here the overlap never falls as the window moves right, from the next column on it
    // never rises
    int top = Math.min(columns - 1, Math.max(-1, clamp(Math.floor(Math.max(x, x2 - width)))));
    int first = firstCovering(row, y, top);
    int last = lastCovering(row, y, top + 1);
    forbid(first, last);
  }

  private int firstCovering(int row, int y, int top) {
    int low = 0;
    int high = top + 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (covers(row, middle, y)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private int lastCovering(int row, int y, int start) {
    int low = start;
    int high = columns;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (covers(row, middle, y)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  private boolean covers(int row, int x, int y) {
    return !(index.share(row, x, y, x + (double) width, y + (double) height) < thresh);
  }

  private void forbid(int first, int last) {
    int from = Math.max(0, first);
    int to = Math.min(columns - 1, last);
    if (from > to) {
      return;
    }
    if (intervals == forbidden.length) {
      forbidden = Arrays.copyOf(forbidden, intervals * 2);
    }
    forbidden[intervals++] = (long) from << 32 | to;
  }

  /** Far enough outside for any image, small enough to add to. */
  private static int clamp(double value) {
    return (int) Math.max(-(1 << 30), Math.min(1 << 30, value));
  }
}
