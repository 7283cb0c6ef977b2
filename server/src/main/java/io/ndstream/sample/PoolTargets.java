package io.ndstream.sample;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.grid.Positives;

/** Targets that are rows of a data set's pools. */
public final class PoolTargets {
  private PoolTargets() {}

  /**
   * @param index row of the positives
   * @throws LoaderException OUT_OF_RANGE
   */
  public static TargetSpec positive(Positives positives, long index) {
    if (index < 0 || index >= positives.size()) {
      throw LoaderException.of(Reason.OUT_OF_RANGE, "index", index, "positives", positives.size());
    }
    int i = (int) index;
    return TargetSpec.builder()
        .annotationId(positives.annotationId(i))
        .imageId(positives.imageId(i))
        .categoryId(positives.categoryId(i))
        .cx((double) positives.cx(i))
        .cy((double) positives.cy(i))
        .width((double) positives.width(i))
        .height((double) positives.height(i))
        .build();
  }

  /**
   * @param index row of the positives, followed by the negatives
   * @throws LoaderException NO_NEGATIVE_POOL past the positives: no negatives are drawn for a data set as such
   */
  public static TargetSpec item(Positives positives, long index) {
    if (index >= positives.size()) {
      throw LoaderException.of(Reason.NO_NEGATIVE_POOL, "index", index, "positives", positives.size());
    }
    return positive(positives, index);
  }
}
