package io.ndstream.stitch;

import java.util.LinkedHashMap;
import java.util.Map;

/** The masks of the last few window sizes: a run rarely has more than one. Thread-safe. */
final class EdgeMasks {
  private static final int KEPT = 4;

  private final Map<Size, EdgeWeights> masks = new LinkedHashMap<>(KEPT, 0.75f, true);

  private record Size(int height, int width, int depth) {}

  /** The mask for a patch that was cut to a size of 1 or more. */
  synchronized EdgeWeights of(Patch patch, int height, int width) {
    int depth = patch.channelsFirst() ? 1 : patch.bands();
    Size size = new Size(height, width, depth);
    EdgeWeights mask = masks.get(size);
    if (mask == null) {
      mask = EdgeWeights.of(height, width, depth);
      masks.put(size, mask);
      if (masks.size() > KEPT) {
        masks.remove(masks.keySet().iterator().next());
      }
    }
    return mask;
  }
}
