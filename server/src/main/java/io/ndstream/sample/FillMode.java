package io.ndstream.sample;

import java.util.Optional;

/** What cells outside the canvas hold. */
enum FillMode {
  CONSTANT,
  EDGE,
  REFLECT,
  NAN;

  static Optional<FillMode> ofName(String name) {
    return switch (name) {
      case "constant" -> Optional.of(CONSTANT);
      case "edge" -> Optional.of(EDGE);
      case "reflect" -> Optional.of(REFLECT);
      case "nan" -> Optional.of(NAN);
      default -> Optional.empty();
    };
  }
}
