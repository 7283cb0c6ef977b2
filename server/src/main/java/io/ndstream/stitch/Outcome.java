package io.ndstream.stitch;

import io.ndstream.error.LoaderException;

/**
 * What became of a window: one of the two is null.
 *
 * @param refusal why nothing of it counts
 */
public record Outcome(Receipt receipt, LoaderException refusal) {
  static Outcome taken(Receipt receipt) {
    return new Outcome(receipt, null);
  }

  public static Outcome refused(LoaderException why) {
    return new Outcome(null, why);
  }

  /**
   * @throws LoaderException the refusal
   */
  public Receipt orThrow() {
    if (refusal != null) {
      throw refusal;
    }
    return receipt;
  }
}
