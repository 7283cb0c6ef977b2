package io.ndstream.grid;

import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import java.util.Arrays;

/**
 * The places of a window that slides over an array, axis by axis; every combination is a window and
 * the last axis varies fastest. The step of an axis is size - size * overlap, rounded half to even.
 * A last window that would pass the end is shifted back to end there; a window larger than the
 * array has one place, from 0 past the end.
 */
public final class SlidingWindow {
  private final int[] sizes;
  private final int[] strides;
  private final int[][] starts;

  private SlidingWindow(int[] sizes, int[] strides, int[][] starts) {
    this.sizes = sizes;
    this.strides = strides;
    this.starts = starts;
  }

  /**
   * How windows move.
   *
   * @param dims size along each axis, 0 for the whole axis; empty for the whole array
   * @param overlap share of a window its neighbour repeats, in [0, 1): one for all axes or one an
   *     axis; empty for 0
   * @param strides steps instead of overlaps, 1 or more: one for all axes or one an axis; empty for
   *     none
   * @param keepBound whether the last window is shifted back, else it is left out
   * @param allowOvershoot whether shapes that the steps do not divide are accepted
   */
  public record Motion(
      int[] dims, double[] overlap, int[] strides, boolean keepBound, boolean allowOvershoot) {
    public Motion {
      dims = dims.clone();
      overlap = overlap.clone();
      strides = strides.clone();
    }

    /**
     * Checks what can be checked without an array.
     *
     * @throws io.ndstream.error.LoaderException with every mistake
     */
    public void requireValid(int axes) {
      Violations violations = new Violations();
      check(axes, violations);
      violations.throwIfAny();
    }

    /** Adds what is wrong whatever the array's size. */
    public void check(int axes, Violations violations) {
      violations.check(
          dims.length == 0 || dims.length == axes,
          Reason.BAD_WINDOW,
          "window_dims",
          dims.length + " axes",
          axes + " axes");
      for (int axis = 0; axis < dims.length; axis++) {
        violations.check(
            dims[axis] >= 0, Reason.BAD_WINDOW, "window_dims[" + axis + "]", dims[axis], ">= 0");
      }
      violations.check(
          overlap.length <= 1 || overlap.length == axes,
          Reason.BAD_ARGUMENT,
          "overlap",
          overlap.length + " entries",
          "1 or " + axes);
      for (int i = 0; i < overlap.length; i++) {
        violations.check(
            overlap[i] >= 0 && overlap[i] < 1,
            Reason.BAD_ARGUMENT,
            "overlap[" + i + "]",
            overlap[i],
            "0 or more and below 1");
      }
      violations.check(
          strides.length <= 1 || strides.length == axes,
          Reason.BAD_ARGUMENT,
          "stride",
          strides.length + " entries",
          "1 or " + axes);
      for (int i = 0; i < strides.length; i++) {
        violations.check(
            strides[i] >= 1, Reason.BAD_ARGUMENT, "stride[" + i + "]", strides[i], ">= 1");
      }
      violations.check(
          strides.length == 0 || overlap.length == 0,
          Reason.BAD_ARGUMENT,
          "stride",
          "given with overlap",
          "one of them");
    }

    /** Adds the axes along which windows of a given size would not move. */
    public void checkSteps(Violations violations) {
      for (int axis = 0; axis < dims.length; axis++) {
        if (dims[axis] > 0) {
          checkStep(stride(this, axis, dims[axis]), axis, violations);
        }
      }
    }
  }

  /**
   * @param shape size of the array along each axis, 0 or more
   * @throws io.ndstream.error.LoaderException with every mistake: BAD_WINDOW, BAD_ARGUMENT
   */
  public static SlidingWindow over(int[] shape, Motion motion) {
    Violations violations = new Violations();
    motion.check(shape.length, violations);
    for (int axis = 0; axis < shape.length; axis++) {
      violations.check(
          shape[axis] >= 0, Reason.BAD_ARGUMENT, "shape[" + axis + "]", shape[axis], ">= 0");
    }
    violations.throwIfAny();
    int axes = shape.length;
    int[] sizes = new int[axes];
    int[] strides = new int[axes];
    int[][] starts = new int[axes][];
    for (int axis = 0; axis < axes; axis++) {
      int dim = motion.dims().length == 0 ? 0 : motion.dims()[axis];
      sizes[axis] = dim == 0 ? shape[axis] : dim;
      strides[axis] = stride(motion, axis, sizes[axis]);
      checkAxis(shape[axis], sizes[axis], strides[axis], axis, motion, violations);
    }
    violations.throwIfAny();
    for (int axis = 0; axis < axes; axis++) {
      starts[axis] = starts(shape[axis], sizes[axis], strides[axis], motion.keepBound());
    }
    return new SlidingWindow(sizes, strides, starts);
  }

  private static void checkAxis(
      int length, int size, int stride, int axis, Motion motion, Violations violations) {
    if (size == 0) {
      violations.add(
          Reason.BAD_WINDOW,
          "window_dims[" + axis + "]",
          "value: the whole axis (expected: an axis that is not empty)");
      return;
    }
    checkStep(stride, axis, violations);
    if (!motion.allowOvershoot() && stride > 0) {
      violations.check(
          (length - size) % stride == 0,
          Reason.BAD_WINDOW,
          "shape[" + axis + "]",
          length,
          size + " and a multiple of " + stride);
    }
  }

  private static void checkStep(int stride, int axis, Violations violations) {
    violations.check(
        stride > 0,
        Reason.BAD_ARGUMENT,
        "overlap",
        "a step of " + stride + " on axis " + axis,
        "a step of 1 or more");
  }

  private static double overlap(Motion motion, int axis) {
    double[] overlap = motion.overlap();
    return overlap.length == 0 ? 0 : overlap.length == 1 ? overlap[0] : overlap[axis];
  }

  private static int stride(Motion motion, int axis, int size) {
    int[] strides = motion.strides();
    if (strides.length > 0) {
      return strides.length == 1 ? strides[0] : strides[axis];
    }
    return (int) Math.rint(size - size * overlap(motion, axis));
  }

  private static int[] starts(int length, int size, int stride, boolean keepBound) {
    if (size >= length) {
      return new int[1];
    }
    int whole = (length - size) / stride + 1;
    boolean shifted = keepBound && (length - size) % stride != 0;
    int[] starts = new int[shifted ? whole + 1 : whole];
    Arrays.setAll(starts, i -> i * stride);
    if (shifted) {
      starts[whole] = length - size;
    }
    return starts;
  }

  public int axes() {
    return sizes.length;
  }

  /** Extent of every window along an axis. */
  public int size(int axis) {
    return sizes[axis];
  }

  public int stride(int axis) {
    return strides[axis];
  }

  /** Places along an axis. */
  public int count(int axis) {
    return starts[axis].length;
  }

  /** Where place {@code i} starts along an axis; ascending. */
  public int start(int axis, int i) {
    return starts[axis][i];
  }

  /** Windows in all. */
  public long total() {
    long total = 1;
    for (int[] axis : starts) {
      total *= axis.length;
    }
    return total;
  }
}
