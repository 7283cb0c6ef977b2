package io.ndstream.annot;

import java.nio.IntBuffer;

/**
 * The label images of one frame, row-major.
 *
 * @param classes height x width from index 0 on, or null
 * @param instances height x width from index 0 on, or null
 */
public record Labels(IntBuffer classes, IntBuffer instances, int width, int height) {

  void fill(int classValue, int instanceValue) {
    if (height == 0) {
      return;
    }
    span(0, 0, width, classValue, instanceValue);
    if (classes != null) {
      repeatFirstRow(classes);
    }
    if (instances != null) {
      repeatFirstRow(instances);
    }
  }

  /** Copies whole rows, which is several times as fast as setting pixels. */
  private void repeatFirstRow(IntBuffer pixels) {
    IntBuffer first = pixels.duplicate();
    for (int row = 1; row < height; row++) {
      pixels.put(row * width, first, 0, width);
    }
  }

  /** Sets columns [from, to) of a row. */
  void span(int row, int from, int to, int classValue, int instanceValue) {
    int start = row * width;
    if (classes != null) {
      set(classes, start + from, start + to, classValue);
    }
    if (instances != null) {
      set(instances, start + from, start + to, instanceValue);
    }
  }

  private static void set(IntBuffer pixels, int from, int to, int value) {
    for (int i = from; i < to; i++) {
      pixels.put(i, value);
    }
  }
}
