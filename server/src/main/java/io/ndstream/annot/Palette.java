package io.ndstream.annot;

import io.ndstream.coco.Category;
import java.util.Arrays;
import java.util.List;

/** Which value each category is painted with, and which is painted over which. Immutable. */
public final class Palette {
  private final MaskOptions options;
  private final long[] ids;
  private final int[] values;
  private final int[] ranks;

  private Palette(MaskOptions options, long[] ids, int[] values, int[] ranks) {
    this.options = options;
    this.ids = ids;
    this.values = values;
    this.ranks = ranks;
  }

  /** The categories' values are their positions in the list, or the ignore value. */
  public static Palette of(List<Category> categories, MaskOptions options) {
    int n = categories.size();
    long[] ids = categories.stream().mapToLong(Category::id).sorted().toArray();
    int[] values = new int[n];
    int[] ranks = new int[n];
    for (int row = 0; row < n; row++) {
      long id = categories.get(row).id();
      int at = Arrays.binarySearch(ids, id);
      values[at] = options.ignoreCategoryIds().contains(id) ? options.ignore() : row;
      ranks[at] = 1 + options.priorityCategoryIds().indexOf(id);
    }
    return new Palette(options, ids, values, ranks);
  }

  public MaskOptions options() {
    return options;
  }

  /** The value of a category; the ignore value if there is no such category. */
  int value(long categoryId) {
    int at = Arrays.binarySearch(ids, categoryId);
    return at < 0 ? options.ignore() : values[at];
  }

  /** 0 if painted first, else painted the later the higher. */
  int rank(long categoryId) {
    int at = Arrays.binarySearch(ids, categoryId);
    return at < 0 ? 0 : ranks[at];
  }

  int highestRank() {
    return options.priorityCategoryIds().size();
  }
}
