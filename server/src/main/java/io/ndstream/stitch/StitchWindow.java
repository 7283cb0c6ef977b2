package io.ndstream.stitch;

import io.ndstream.geom.Window;
import java.nio.FloatBuffer;

/**
 * A window as it is sent.
 *
 * @param id unique within the image, or empty: the box is the id then
 * @param box in asset pixels, or null for the whole canvas
 * @param weights or null
 * @param edges whether the weights are multiplied with the mask of the window's size
 */
public record StitchWindow(
    long image, String id, Window box, Patch patch, Weights weights, boolean edges) {

  /**
   * Weights of the pixels.
   *
   * @param values row-major, little-endian floats
   */
  public record Weights(int height, int width, FloatBuffer values) {}
}
