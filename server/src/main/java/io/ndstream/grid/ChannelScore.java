package io.ndstream.grid;

import io.ndstream.geom.Window;

/** How a channel scores a window. A pure function of the files, safe for any number of threads. */
@FunctionalInterface
public interface ChannelScore {
  /**
   * @param channel code of one channel
   * @param window in pixels of the image
   * @return the largest value of the channel in the window; NaN where there is no data
   */
  double of(int imageRow, Window window, String channel);
}
