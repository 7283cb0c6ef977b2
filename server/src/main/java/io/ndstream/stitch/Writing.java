package io.ndstream.stitch;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** A raster that is being written: how far it is, and whether it is still wanted. Thread-safe. */
final class Writing {
  private final BooleanSupplier wanted;
  private volatile double share;
  private volatile boolean stopped;

  /**
   * @param wanted asked now and then
   */
  Writing(BooleanSupplier wanted) {
    this.wanted = wanted;
  }

  /**
   * Notes how much of the work is done, 0 to 1.
   *
   * @throws CancellationException if it is not wanted any more
   */
  void reached(double part) {
    if (stopped || !wanted.getAsBoolean()) {
      throw new CancellationException("nobody wants the raster any more");
    }
    share = part;
  }

  double share() {
    return share;
  }

  /** Ends the work at its next step. */
  void stop() {
    stopped = true;
  }
}
