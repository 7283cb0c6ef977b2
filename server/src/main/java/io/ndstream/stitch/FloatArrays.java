package io.ndstream.stitch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Arrays of floats for one tile after the other: {@link #reuse} gives all of them back, so that
 * they stay near the processor and are no garbage. For one thread.
 */
final class FloatArrays {
  private final List<float[]> arrays = new ArrayList<>();
  private int taken;

  /** Memory held. */
  long bytes() {
    return arrays.stream().mapToLong(array -> (long) Float.BYTES * array.length).sum();
  }

  /** What was taken is free again. */
  void reuse() {
    taken = 0;
  }

  /** An array of at least so many floats, all 0. */
  float[] take(int length) {
    if (taken == arrays.size()) {
      arrays.add(new float[0]);
    }
    float[] array = arrays.get(taken);
    if (array.length < length) {
      array = Cells.floats(length);
      arrays.set(taken, array);
    } else {
      Arrays.fill(array, 0);
    }
    taken++;
    return array;
  }
}
