package io.ndstream.annot;

import io.ndstream.coco.CategoryTree;
import java.util.Arrays;

/** Which value each category is painted with, and which is painted over which. Immutable. */
public final class Palette {
  private final MaskOptions options;

  /** Category ids, ascending, and beside each its value and rank. */
  private final long[] ids;

  private final int[] values;
  private final int[] ranks;

  private Palette(MaskOptions options, long[] ids) {
    this.options = options;
    this.ids = ids;
    this.values = new int[ids.length];
    this.ranks = new int[ids.length];
  }

  /** The values of categories are their class indexes, or the ignore value. */
  public static Palette of(CategoryTree classes, MaskOptions options) {
    long[] ids = new long[classes.size()];
    Arrays.setAll(ids, classes::id);
    Arrays.sort(ids);
    Palette palette = new Palette(options, ids);
    for (int index = 0; index < ids.length; index++) {
      long id = classes.id(index);
      int at = Arrays.binarySearch(ids, id);
      palette.values[at] = options.ignoreCategoryIds().contains(id) ? options.ignore() : index;
      palette.ranks[at] = 1 + options.priorityCategoryIds().indexOf(id);
    }
    return palette;
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
}
