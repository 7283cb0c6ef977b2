package io.ndstream.grid;

import io.ndstream.geom.Window;

/** Whether a window of an image may be sampled. A pure function, safe for any number of threads. */
@FunctionalInterface
public interface WindowFilter {
  WindowFilter ALL = (imageRow, window) -> true;

  boolean keeps(int imageRow, Window window);
}
