package io.ndstream.grid;

import io.ndstream.coco.Category;
import io.ndstream.coco.Dataset;

/**
 * Negative boxes with their images, as columns.
 *
 * @param imageRows one a negative
 * @param boxes left, top, right, bottom of each, in pixels of its image
 * @param shortfall why there are fewer than asked for, in words; else empty
 * @param rounds rounds of candidates the reference mode needed, else 0
 */
public record NegativeTable(int[] imageRows, double[] boxes, String shortfall, int rounds) {
  public static final NegativeTable EMPTY = new NegativeTable(new int[0], new double[0], "", 0);

  public static NegativeTable of(NegativeSet set) {
    int[] images = new int[set.size()];
    double[] boxes = new double[4 * set.size()];
    for (int i = 0; i < images.length; i++) {
      images[i] = set.imageRow(i);
      boxes[4 * i] = set.x(i);
      boxes[4 * i + 1] = set.y(i);
      boxes[4 * i + 2] = set.x(i) + set.width();
      boxes[4 * i + 3] = set.y(i) + set.height();
    }
    return new NegativeTable(images, boxes, set.shortfall(), 0);
  }

  /** The category that negatives have: the one named background, or 0. */
  public static long categoryId(Dataset dataset) {
    return dataset.categories().stream()
        .filter(category -> "background".equals(category.name()))
        .mapToLong(Category::id)
        .findFirst()
        .orElse(0);
  }

  public int size() {
    return imageRows.length;
  }

  public double left(int i) {
    return boxes[4 * i];
  }

  public double top(int i) {
    return boxes[4 * i + 1];
  }

  public double right(int i) {
    return boxes[4 * i + 2];
  }

  public double bottom(int i) {
    return boxes[4 * i + 3];
  }
}
