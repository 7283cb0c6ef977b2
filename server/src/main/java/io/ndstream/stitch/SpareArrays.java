package io.ndstream.stitch;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The arrays of a run that no thread uses just now: as many as threads ever added to it at one
 * time. Thread-safe.
 */
final class SpareArrays {
  /** Bytes of arrays that are kept; those of very many bands are made each time. */
  private static final long KEPT = 4 << 20;

  private final Queue<FloatArrays> spare = new ConcurrentLinkedQueue<>();

  FloatArrays take() {
    FloatArrays kept = spare.poll();
    return kept == null ? new FloatArrays() : kept;
  }

  void giveBack(FloatArrays arrays) {
    if (arrays.bytes() <= KEPT) {
      spare.add(arrays);
    }
  }
}
