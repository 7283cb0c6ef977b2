package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import java.util.stream.Stream;

/** What came of opening a file: a frame, or a failure that is remembered for a while. */
sealed interface Opened permits Frame, Opened.Failed {
  /**
   * @throws LoaderException if opening failed
   */
  Frame frame();

  /** Bytes it takes in memory, about. */
  int weight();

  /**
   * @param until on the clock of {@link System#nanoTime}; then it may be tried again
   */
  record Failed(LoaderException failure, long until) implements Opened {
    boolean isOver() {
      return System.nanoTime() - until >= 0;
    }

    /** A new exception each time: its stack is the caller's. */
    @Override
    public Frame frame() {
      throw LoaderException.caused(
          failure,
          failure.reason(),
          failure.facts().entrySet().stream()
              .flatMap(e -> Stream.of(e.getKey(), e.getValue()))
              .toArray());
    }

    @Override
    public int weight() {
      return 500;
    }
  }
}
