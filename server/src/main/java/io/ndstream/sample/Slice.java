package io.ndstream.sample;

/**
 * A half-open range [start, stop) of rows, columns or frames. An open start is 0, an open stop the
 * end of the canvas. Negative numbers are pixels or frames before the first; they never count from
 * the end.
 *
 * @param start first, or null
 * @param stop one past the last, or null
 * @param step in time only; null is 1
 */
public record Slice(Long start, Long stop, Long step) {
  /** From start up to, without, stop. */
  public static Slice of(long start, long stop) {
    return new Slice(start, stop, null);
  }

  /** As in Python: {@code start:stop[:step]}. */
  @Override
  public String toString() {
    return start + ":" + stop + (step == null ? "" : ":" + step);
  }
}
