package io.ndstream.annot;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;

/**
 * One frame of a sample as its annotations are seen.
 *
 * @param frame index within the sample
 * @param canvas the frame's image, from (0, 0); run lengths must have its size
 * @param lookup box in image space against which visibility is measured
 * @param sampleFromImage maps image space to the sample
 * @param width columns of the sample
 * @param height rows of the sample
 */
public record FrameView(
    int frame, Box canvas, Box lookup, Affine sampleFromImage, int width, int height) {
  /** The window in sample coordinates. */
  Box window() {
    return new Box(0, 0, width, height);
  }
}
