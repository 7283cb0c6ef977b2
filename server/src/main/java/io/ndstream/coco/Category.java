package io.ndstream.coco;

import java.util.List;

/**
 * @param supercategory name of the parent, or null
 * @param keypoints names of the keypoints in the order of flat triples; empty if none
 */
public record Category(long id, String name, String supercategory, List<String> keypoints) {
  public Category {
    keypoints = List.copyOf(keypoints);
  }
}
