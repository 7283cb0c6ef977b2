package io.ndstream.coco;

import java.util.List;

/**
 * Keypoints of one annotation in image space.
 *
 * @param xy x, y, x, y, …
 * @param visible 0 not labelled, 1 hidden, 2 visible; one a point
 * @param categories name of the keypoint category of each point; entries may be null
 */
public record Keypoints(double[] xy, int[] visible, List<String> categories) {
  public int size() {
    return visible.length;
  }
}
