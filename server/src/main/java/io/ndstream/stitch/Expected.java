package io.ndstream.stitch;

import io.ndstream.grid.SlidingWindow;

/** Which windows make an image complete. */
public sealed interface Expected {
  /** Nobody knows; the client says when. */
  record Unknown() implements Expected {}

  /**
   * As many, whichever.
   *
   * @param windows 1 or more
   */
  record Count(long windows) implements Expected {}

  /** Exactly the places of windows that slide over the canvas. */
  record Grid(SlidingWindow.Motion motion) implements Expected {}
}
