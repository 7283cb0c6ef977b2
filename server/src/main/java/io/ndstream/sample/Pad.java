package io.ndstream.sample;

import java.util.List;

/**
 * Cells added round a window, in pixels of the window's own space; negative numbers shrink.
 *
 * @param axes (y, x) of an image sample, (time, y, x) of a video sample; one entry if {@code
 *     uniform}
 * @param uniform whether one number was given for all axes
 */
public record Pad(List<Axis> axes, boolean uniform) {
  public Pad {
    axes = List.copyOf(axes);
  }

  /**
   * @param before cells before the first
   * @param after cells after the last
   */
  public record Axis(long before, long after) {
    public static final Axis NONE = new Axis(0, 0);
  }
}
