package io.ndstream.grid;

import io.ndstream.error.Reason;
import io.ndstream.error.Violations;

/**
 * What to preselect.
 *
 * @param negatives wanted, or -1 if {@code ratio} says
 * @param ratio negatives for every positive, 0 or more; used if {@code negatives} is -1
 * @param height rows of a negative, 0 with {@code width} 0 for sizes like those of the positives
 * @param thresh share of an annotation a negative may not reach; 0: it may not touch one
 * @param seed decides everything that is drawn
 * @param positiveRows rows of the positives in this order, repeats allowed; null for all
 * @param reference draw negatives bit for bit as the Python library does
 */
public record PoolOptions(
    int negatives,
    double ratio,
    int height,
    int width,
    double thresh,
    long seed,
    int[] positiveRows,
    boolean reference) {
  public PoolOptions {
    boolean sized = height != 0 || width != 0;
    new Violations()
        .check(negatives >= -1, Reason.BAD_ARGUMENT, "n_neg", negatives, ">= 0")
        .check(
            ratio >= 0 && ratio < Double.POSITIVE_INFINITY,
            Reason.BAD_ARGUMENT,
            "neg_to_pos_ratio",
            ratio,
            ">= 0")
        .check(
            !sized || (height >= 1 && width >= 1),
            Reason.BAD_WINDOW,
            "window_dims",
            height + "x" + width,
            "1 or more each")
        .check(thresh >= 0 && thresh <= 1, Reason.BAD_ARGUMENT, "thresh", thresh, "0 to 1")
        .throwIfAny();
    positiveRows = positiveRows == null ? null : positiveRows.clone();
  }

  public PoolOptions withPositiveRows(int[] rows) {
    return new PoolOptions(negatives, ratio, height, width, thresh, seed, rows, reference);
  }

  boolean hasWindow() {
    return height > 0;
  }

  /** Negatives wanted beside this many positives. */
  int count(int positives) {
    if (negatives >= 0) {
      return negatives;
    }
    new Violations()
        .check(
            ratio * positives <= Integer.MAX_VALUE / 8,
            Reason.BAD_ARGUMENT,
            "neg_to_pos_ratio",
            ratio,
            "fewer than 2^28 negatives")
        .throwIfAny();
    return (int) (ratio * positives);
  }
}
