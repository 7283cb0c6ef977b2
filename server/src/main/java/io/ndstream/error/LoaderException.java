package io.ndstream.error;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A failure the caller can act on: a stable reason, and the facts as keys and values. */
public final class LoaderException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Reason reason;
  private final transient Map<String, String> facts;
  private final transient List<Violation> violations;

  private LoaderException(
      Reason reason, Map<String, String> facts, List<Violation> violations, Throwable cause) {
    super(message(reason, facts, violations), cause);
    this.reason = reason;
    this.facts = Map.copyOf(facts);
    this.violations = List.copyOf(violations);
  }

  /**
   * @param facts alternating keys and values
   */
  public static LoaderException of(Reason reason, Object... facts) {
    return caused(null, reason, facts);
  }

  /**
   * @param cause what led to it, for the log; may be null
   * @param reason gives way to TOO_MANY_FILES if that is what the cause says: no file is damaged
   *     and no disk is full then, whoever tried to open one; and DISK_FULL to NOT_WRITABLE
   * @param facts alternating keys and values
   */
  public static LoaderException caused(Throwable cause, Reason reason, Object... facts) {
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i + 1 < facts.length; i += 2) {
      map.put(String.valueOf(facts[i]), String.valueOf(facts[i + 1]));
    }
    if (OpenFiles.areTooMany(cause)) {
      map.put("limit", OpenFiles.limit());
      map.put("remedy", "raise the server's limit on open files (ulimit -n)");
      return new LoaderException(Reason.TOO_MANY_FILES, map, List.of(), cause);
    }
    if (reason == Reason.DISK_FULL && Unwritable.isWhy(cause, map.get("gdal"))) {
      return new LoaderException(Reason.NOT_WRITABLE, map, List.of(), cause);
    }
    return new LoaderException(reason, map, List.of(), cause);
  }

  /** Several mistakes of one request; the reason is that of the first. */
  public static LoaderException violations(List<Violation> violations) {
    Violation first = violations.get(0);
    return new LoaderException(
        first.reason(), Map.of("field", first.field(), "detail", first.detail()), violations, null);
  }

  public Reason reason() {
    return reason;
  }

  public Map<String, String> facts() {
    return facts;
  }

  /** All mistakes of the request, or empty if the failure is of another sort. */
  public List<Violation> violations() {
    return violations;
  }

  private static String message(
      Reason reason, Map<String, String> facts, List<Violation> violations) {
    if (!violations.isEmpty()) {
      return violations.stream()
          .map(v -> v.reason().text() + ": " + v.field() + ": " + v.detail())
          .collect(Collectors.joining("; "));
    }
    if (facts.isEmpty()) {
      return reason.text();
    }
    return new TreeMap<>(facts)
        .entrySet().stream()
            .map(e -> e.getKey() + ": " + e.getValue())
            .collect(Collectors.joining(", ", reason.text() + " (", ")"));
  }
}
