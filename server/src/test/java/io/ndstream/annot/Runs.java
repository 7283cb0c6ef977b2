package io.ndstream.annot;

import io.ndstream.coco.Segmentation.Rle;
import java.util.ArrayList;
import java.util.List;

/** Masks typed in by tests. */
final class Runs {
  private Runs() {}

  /** Rows of text, {@code #} where set. */
  static Rle ofText(List<String> rows, boolean columnMajor) {
    int height = rows.size();
    int width = rows.get(0).length();
    List<Integer> counts = new ArrayList<>(List.of(0));
    boolean ones = false;
    for (int i = 0; i < height * width; i++) {
      char cell =
          columnMajor
              ? rows.get(i % height).charAt(i / height)
              : rows.get(i / width).charAt(i % width);
      if ((cell == '#') != ones) {
        ones = !ones;
        counts.add(0);
      }
      counts.set(counts.size() - 1, counts.get(counts.size() - 1) + 1);
    }
    return new Rle(height, width, counts.stream().mapToInt(c -> c).toArray(), columnMajor, false);
  }
}
