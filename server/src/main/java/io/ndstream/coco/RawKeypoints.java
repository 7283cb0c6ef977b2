package io.ndstream.coco;

/**
 * Keypoints as written, their categories not yet looked up.
 *
 * @param references the category of each point: a Long id, a String name, or null; null as a whole
 *     if points follow the order of the annotation's category
 */
record RawKeypoints(double[] xy, int[] visible, Object[] references) {
  int size() {
    return visible.length;
  }

  boolean inCategoryOrder() {
    return references == null;
  }
}
