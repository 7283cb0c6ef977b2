package io.ndstream.grid;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Category;
import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What each category does to a window that one of its annotations touches: looked up by id without
 * boxing it.
 */
final class ClassTable {
  private final Annotations annotations;
  private final long[] ids;
  private final boolean[] makesPositive;
  private final boolean[] removes;

  ClassTable(Dataset dataset, GridOptions.Classes classes) {
    this.annotations = dataset.annotations();
    List<Category> sorted =
        dataset.categories().stream().sorted(Comparator.comparingLong(Category::id)).toList();
    this.ids = sorted.stream().mapToLong(Category::id).toArray();
    this.makesPositive = new boolean[ids.length];
    this.removes = new boolean[ids.length];
    for (int i = 0; i < ids.length; i++) {
      String name = sorted.get(i).name().toLowerCase(Locale.ROOT);
      makesPositive[i] = classes.makesPositive(name);
      removes[i] = classes.removes(name);
    }
  }

  boolean makesPositive(int row) {
    return makesPositive[at(row)];
  }

  /** Whether the annotation is one of those that remove windows. */
  boolean removes(int row) {
    return removes[at(row)];
  }

  private int at(int row) {
    int at =
        annotations.hasCategory(row) ? Arrays.binarySearch(ids, annotations.categoryId(row)) : -1;
    if (at < 0) {
      throw LoaderException.of(
          Reason.BAD_MANIFEST, "annotation", annotations.id(row), "category_id", "unknown");
    }
    return at;
  }
}
