package io.ndstream.warp;

import java.util.Optional;

/** How a value between pixels is made from the pixels round it. */
public enum Interpolation {
  NEAREST(1),
  LINEAR(2),
  CUBIC(4),
  LANCZOS(8);

  private final int taps;

  Interpolation(int taps) {
    this.taps = taps;
  }

  /** Pixels taken along an axis. */
  int taps() {
    return taps;
  }

  /** By the names of the API; {@code auto} and {@code area} are linear. */
  public static Optional<Interpolation> ofName(String name) {
    return switch (name) {
      case "auto", "linear", "area" -> Optional.of(LINEAR);
      case "nearest" -> Optional.of(NEAREST);
      case "cubic" -> Optional.of(CUBIC);
      case "lanczos" -> Optional.of(LANCZOS);
      default -> Optional.empty();
    };
  }
}
