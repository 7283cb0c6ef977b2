package io.ndstream.warp;

/**
 * What a resampling starts from.
 *
 * @param plan whose canvas is not empty
 * @param edge what counts beyond the borders of the plan's window
 */
record Reading(ReadPlan plan, Decoding decoding, PixelReader reader, Edge edge) {
  int bands() {
    return decoding.bands();
  }
}
