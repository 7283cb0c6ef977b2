package io.ndstream.grid;

import io.ndstream.error.Reason;
import io.ndstream.error.Violations;

/**
 * What negatives to draw.
 *
 * @param count windows wanted, 0 or more
 * @param height rows of a window, 1 or more
 * @param width columns of a window, 1 or more
 * @param thresh a window is refused if it covers this share, or more, of an annotation it touches;
 *     0: it may not even touch one. 0 to 1
 * @param seed decides everything together with the index of a window
 * @param imageRows only these images, without repeats; null for all
 */
public record NegativeOptions(
    int count, int height, int width, double thresh, long seed, int[] imageRows) {
  public static final double DEFAULT_THRESH = 0.3;

  public NegativeOptions {
    new Violations()
        .check(count >= 0, Reason.BAD_ARGUMENT, "count", count, ">= 0")
        .check(height >= 1, Reason.BAD_WINDOW, "window_dims[0]", height, ">= 1")
        .check(width >= 1, Reason.BAD_WINDOW, "window_dims[1]", width, ">= 1")
        .check(thresh >= 0 && thresh <= 1, Reason.BAD_ARGUMENT, "thresh", thresh, "0 to 1")
        .throwIfAny();
    imageRows = imageRows == null ? null : imageRows.clone();
  }
}
