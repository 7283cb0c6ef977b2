package io.ndstream.grid;

import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.index.AnnotationIndex;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Preselected positives and negatives, and how an index finds one of them. Immutable: whoever holds
 * it has the same samples for ever.
 */
public final class Pool {
  private final Positives table;

  /** Rows of the table; null for all. */
  private final int[] selection;

  /** Null if negatives were never asked for. */
  private final NegativeTable negatives;

  private Pool(Positives table, int[] selection, NegativeTable negatives) {
    this.table = table;
    this.selection = selection;
    this.negatives = negatives;
  }

  /** All positives, no negatives. */
  public static Pool of(Positives table) {
    return new Pool(table, null, null);
  }

  /**
   * @param images which images negatives come from
   * @param filter which windows may be negatives; not used by the reference's draws
   * @throws LoaderException BAD_ARGUMENT, BAD_WINDOW with every mistake; a window larger than every
   *     image is one, except for the reference, which finds nothing
   */
  public static Pool preselect(
      Dataset dataset,
      AnnotationIndex index,
      Positives table,
      PoolOptions options,
      IntPredicate images,
      WindowFilter filter) {
    int[] rows = options.positiveRows();
    if (rows != null) {
      Violations violations = new Violations();
      for (int row : rows) {
        violations.check(
            row >= 0 && row < table.size(),
            Reason.BAD_ARGUMENT,
            "positive_rows",
            row,
            "0 to " + (table.size() - 1));
      }
      violations.throwIfAny();
    }
    int count = options.count(rows == null ? table.size() : rows.length);
    return new Pool(table, rows, draw(dataset, index, table, options, images, filter, count));
  }

  private static NegativeTable draw(
      Dataset dataset,
      AnnotationIndex index,
      Positives table,
      PoolOptions options,
      IntPredicate images,
      WindowFilter filter,
      int count) {
    if (count == 0) {
      return NegativeTable.EMPTY;
    }
    if (options.reference()) {
      int[] rows = IntStream.of(ReferenceNegatives.imagesById(dataset)).filter(images).toArray();
      Anchors anchors = options.hasWindow() ? null : Anchors.of(table);
      return ReferenceNegatives.draw(
          dataset,
          index,
          new ReferenceNegatives.Request(
              count,
              options.height(),
              options.width(),
              anchors,
              options.thresh(),
              rows,
              false,
              ReferenceNegatives.Request.DEFAULT_PATIENCE,
              options.seed()));
    }
    int[] rows = IntStream.range(0, dataset.images().size()).filter(images).toArray();
    if (!options.hasWindow()) {
      return new NegativesLikePositives(
              dataset, index, table, rows, options.thresh(), options.seed(), filter)
          .draw(count);
    }
    NegativeOptions window =
        new NegativeOptions(
            count, options.height(), options.width(), options.thresh(), options.seed(), rows);
    return NegativeTable.of(Negatives.draw(dataset, index, window, filter));
  }

  public int positives() {
    return selection == null ? table.size() : selection.length;
  }

  public int negatives() {
    return negatives == null ? 0 : negatives.size();
  }

  public Positives table() {
    return table;
  }

  /** The negatives; empty if none were asked for. */
  public NegativeTable negativeTable() {
    return negatives == null ? NegativeTable.EMPTY : negatives;
  }

  /**
   * Where an index leads.
   *
   * @param negative whether {@code row} is one of {@link #negativeTable}, else of {@link #table}
   * @param index zero-based among positives, or among negatives
   */
  public record Item(boolean negative, int row, int index) {}

  /**
   * @param index in [-n, n); negative ones count from the end
   * @throws LoaderException OUT_OF_RANGE
   */
  public Item positive(long index) {
    int at = within(index, positives());
    return new Item(false, selection == null ? at : selection[at], at);
  }

  /**
   * @throws LoaderException OUT_OF_RANGE; NO_NEGATIVE_POOL if negatives were never asked for
   */
  public Item negative(long index) {
    if (negatives == null) {
      throw LoaderException.of(Reason.NO_NEGATIVE_POOL, "index", index);
    }
    int at = within(index, negatives());
    return new Item(true, at, at);
  }

  /** Positives first, then negatives; a negative index counts from the end of the positives. */
  public Item item(long index) {
    return index < positives() ? positive(index) : negative(index - positives());
  }

  /** An index as NumPy's RandomState(seed) draws it. */
  public static int randomIndex(int size, long seed) {
    if (size == 0) {
      throw LoaderException.of(Reason.OUT_OF_RANGE, "index", "random", "size", 0);
    }
    return new Mt19937(seed).below(size);
  }

  private static int within(long index, int size) {
    if (index < -size || index >= size) {
      throw LoaderException.of(Reason.OUT_OF_RANGE, "index", index, "size", size);
    }
    return (int) (index < 0 ? index + size : index);
  }
}
