package io.ndstream.stitch;

import io.ndstream.geom.Window;
import io.ndstream.grid.SlidingWindow;
import java.util.Arrays;
import java.util.BitSet;

/** Counts the windows of an image towards those expected. Not thread-safe. */
final class Progress {
  private final Expected expected;
  private final SlidingWindow grid;
  private final BitSet seen = new BitSet();
  private long windows;

  Progress(Expected expected, Window canvas) {
    this.expected = expected;
    this.grid =
        expected instanceof Expected.Grid of
            ? SlidingWindow.over(new int[] {canvas.height(), canvas.width()}, of.motion())
            : null;
  }

  void count(Window box) {
    windows++;
    if (grid != null) {
      int row = place(0, box.y(), box.height());
      int column = place(1, box.x(), box.width());
      if (row >= 0 && column >= 0) {
        seen.set(row * grid.count(1) + column);
      }
    }
  }

  private int place(int axis, int start, int size) {
    if (size != grid.size(axis)) {
      return -1;
    }
    int low = 0;
    int high = grid.count(axis) - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (grid.start(axis, middle) < start) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return grid.start(axis, low) == start ? low : -1;
  }

  long windows() {
    return windows;
  }

  /** Windows still expected, or -1. */
  long missing() {
    if (grid != null) {
      return grid.total() - seen.cardinality();
    }
    return expected instanceof Expected.Count count ? Math.max(0, count.windows() - windows) : -1;
  }

  /** For the journal: {@link #restore} takes them back. */
  long[] state() {
    long[] places = seen.toLongArray();
    long[] state = new long[places.length + 1];
    state[0] = windows;
    System.arraycopy(places, 0, state, 1, places.length);
    return state;
  }

  void restore(long[] state) {
    windows = state[0];
    seen.clear();
    seen.or(BitSet.valueOf(Arrays.copyOfRange(state, 1, state.length)));
  }
}
