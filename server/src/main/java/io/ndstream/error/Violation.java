package io.ndstream.error;

import static java.util.Objects.requireNonNull;

/**
 * One thing wrong with a request.
 *
 * @param field path of the field in the request, such as {@code target.slices[1]}
 * @param detail what was given and what is expected, such as {@code "value: -1 (expected: >= 0)"}
 */
public record Violation(Reason reason, String field, String detail) {
  public Violation {
    requireNonNull(reason);
    requireNonNull(field);
    requireNonNull(detail);
  }
}
