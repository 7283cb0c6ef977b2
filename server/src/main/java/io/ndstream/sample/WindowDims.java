package io.ndstream.sample;

import java.util.List;

/**
 * The size of a window given by its centre.
 *
 * @param dims height, width in pixels; empty if {@code word} is set
 * @param word {@code extent} or {@code square}; null if {@code dims} is set
 */
public record WindowDims(List<Long> dims, String word) {
  public WindowDims {
    dims = List.copyOf(dims);
  }

  public static WindowDims of(long height, long width) {
    return new WindowDims(List.of(height, width), null);
  }
}
