package io.ndstream.error;

import java.util.ArrayList;
import java.util.List;

/** Gathers every mistake of a request before failing, so that a caller mends them all at once. */
public final class Violations {
  private final List<Violation> found = new ArrayList<>();

  public Violations add(Reason reason, String field, String detail) {
    found.add(new Violation(reason, field, detail));
    return this;
  }

  /** Adds a violation unless {@code holds}. */
  public Violations check(
      boolean holds, Reason reason, String field, Object value, String expected) {
    if (!holds) {
      add(reason, field, "value: " + value + " (expected: " + expected + ")");
    }
    return this;
  }

  public Violations addAll(Violations others) {
    found.addAll(others.found);
    return this;
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /**
   * @throws LoaderException if anything was added
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw LoaderException.violations(found);
    }
  }
}
