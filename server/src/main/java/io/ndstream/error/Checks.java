package io.ndstream.error;

import java.util.List;

/** Argument checks that name the field, the value and what was expected. */
public final class Checks {
  private Checks() {}

  /**
   * @throws LoaderException unless {@code holds}
   */
  public static void require(
      boolean holds, Reason reason, String field, Object value, String expected) {
    if (!holds) {
      throw LoaderException.violations(
          List.of(
              new Violation(reason, field, "value: " + value + " (expected: " + expected + ")")));
    }
  }
}
