package io.ndstream.sample;

import io.ndstream.coco.Dataset;
import io.ndstream.grid.NegativeTable;
import io.ndstream.grid.Pool;
import io.ndstream.grid.Positives;

/** Targets that are rows of a pool. */
public final class PoolTargets {
  private PoolTargets() {}

  public static TargetSpec of(Dataset dataset, Pool pool, Pool.Item item) {
    return item.negative()
        ? negative(dataset, pool.negativeTable(), item.row())
        : positive(pool.table(), item.row());
  }

  private static TargetSpec positive(Positives positives, int row) {
    return TargetSpec.builder()
        .annotationId(positives.annotationId(row))
        .imageId(positives.imageId(row))
        .categoryId(positives.categoryId(row))
        .cx((double) positives.cx(row))
        .cy((double) positives.cy(row))
        .width((double) positives.width(row))
        .height((double) positives.height(row))
        .build();
  }

  private static TargetSpec negative(Dataset dataset, NegativeTable negatives, int row) {
    return TargetSpec.builder()
        .imageId(dataset.images().get(negatives.imageRows()[row]).id())
        .categoryId(NegativeTable.categoryId(dataset))
        .cx((negatives.left(row) + negatives.right(row)) / 2)
        .cy((negatives.top(row) + negatives.bottom(row)) / 2)
        .width(negatives.right(row) - negatives.left(row))
        .height(negatives.bottom(row) - negatives.top(row))
        .build();
  }
}
