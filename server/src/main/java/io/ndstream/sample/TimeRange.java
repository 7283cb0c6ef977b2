package io.ndstream.sample;

import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import java.util.ArrayList;
import java.util.List;

/** Which frames a target names, and what stands for those outside the video. */
final class TimeRange {
  private static final String FIELD = "target.time_slice";
  private static final int MAX_FRAMES = 1 << 20;

  private TimeRange() {}

  /**
   * Positions of a slice in a list of {@code count} frames, with Python's meaning of steps.
   * Positions outside the list only if {@code padded}.
   */
  static List<Integer> positions(Slice slice, int count, boolean padded, Violations v) {
    long step = slice.step() == null ? 1 : slice.step();
    long start = slice.start() != null ? slice.start() : step > 0 ? 0 : count - 1;
    long stop = slice.stop() != null ? slice.stop() : step > 0 ? count : -1;
    List<Integer> positions = new ArrayList<>();
    if (step == 0) {
      v.add(Reason.BAD_SLICE, FIELD, "value: 0 (expected: a step other than 0)");
      return positions;
    }
    boolean outside =
        slice.start() != null && (start < 0 || step < 0 && start >= count)
            || slice.stop() != null && (stop < 0 || stop > count);
    if (outside && !padded) {
      v.add(
          Reason.NOT_IMPLEMENTED,
          FIELD,
          "frames outside the video, of 0 to " + count + "; name a fill to have them padded");
      return positions;
    }
    if (Math.abs(stop - start) > MAX_FRAMES) {
      v.add(Reason.BAD_SLICE, FIELD, "more than " + MAX_FRAMES + " frames");
      return positions;
    }
    for (long p = start; step > 0 ? p < stop : p > stop; p += step) {
      positions.add((int) p);
    }
    v.check(!positions.isEmpty(), Reason.BAD_SLICE, FIELD, slice, "at least one frame of " + count);
    return positions;
  }

  /** Adds padding at both ends of a list of positions; negative numbers shrink. */
  static List<Integer> pad(List<Integer> positions, Pad.Axis pad, Violations v) {
    long length = positions.size() + pad.before() + pad.after();
    if (length <= 0 || length > MAX_FRAMES) {
      v.add(
          Reason.BAD_PAD,
          "target.pad",
          "value: " + length + " frames (expected: 1 to " + MAX_FRAMES + ")");
      return positions;
    }
    List<Integer> padded = new ArrayList<>();
    for (long p = -pad.before(); p < positions.size() + pad.after(); p++) {
      boolean inside = p >= 0 && p < positions.size();
      padded.add(
          inside
              ? positions.get((int) p)
              : p < 0
                  ? positions.get(0) + (int) p
                  : positions.get(positions.size() - 1) + (int) (p - positions.size()) + 1);
    }
    return padded;
  }

  /**
   * The frame that stands at a position outside the list; {@link Space#BLANK} for constants and
   * NaN.
   */
  static int frame(int position, List<Integer> frames, FillMode fill) {
    int n = frames.size();
    if (position >= 0 && position < n) {
      return frames.get(position);
    }
    if (fill == FillMode.EDGE || n == 1 && fill == FillMode.REFLECT) {
      return frames.get(position < 0 ? 0 : n - 1);
    }
    if (fill == FillMode.REFLECT) {
      int p = Math.floorMod(position, 2 * n - 2);
      return frames.get(p < n ? p : 2 * n - 2 - p);
    }
    return Space.BLANK;
  }
}
