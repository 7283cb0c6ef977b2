package io.ndstream.coco;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Gathers the issues of one pass: the first in full, all by count. One thread. */
final class Findings {
  private final int limit;
  private final boolean keepDegenerate;
  private final List<Issue> first = new ArrayList<>();
  private final Map<Severity, Map<IssueCode, long[]>> totals = new EnumMap<>(Severity.class);
  private long errors;

  /**
   * @param limit issues kept in full
   * @param keepDegenerate whether degenerate shapes and names are no errors
   */
  Findings(int limit, boolean keepDegenerate) {
    this.limit = limit;
    this.keepDegenerate = keepDegenerate;
    for (Severity severity : Severity.values()) {
      totals.put(severity, new EnumMap<>(IssueCode.class));
    }
  }

  void warn(IssueCode code, Where where, String message) {
    add(code, Severity.WARNING, where, message);
  }

  void error(IssueCode code, Where where, String message) {
    errors++;
    add(code, Severity.ERROR, where, message);
  }

  /** A shape that has no area, or an empty name: a mistake, or kept as it is with a warning. */
  void degenerate(IssueCode code, Where where, String message) throws BadValue {
    if (!keepDegenerate) {
      throw new BadValue(code, where, message);
    }
    warn(code, where, message);
  }

  void error(BadValue bad) {
    error(bad.code(), bad.where(), bad.getMessage());
  }

  void fatal(IssueCode code, Where where, String message) {
    add(code, Severity.FATAL, where, message);
  }

  /** Errors so far: a row is bad if the count grew while it was read. */
  long errors() {
    return errors;
  }

  boolean hasFatal() {
    return !totals.get(Severity.FATAL).isEmpty();
  }

  Report report(List<Report.Table> tables) {
    List<Report.Total> counts = new ArrayList<>();
    for (Severity severity : List.of(Severity.FATAL, Severity.ERROR, Severity.WARNING)) {
      totals
          .get(severity)
          .forEach((code, count) -> counts.add(new Report.Total(code, severity, count[0])));
    }
    return new Report(first, counts, tables);
  }

  private void add(IssueCode code, Severity severity, Where where, String message) {
    totals.get(severity).computeIfAbsent(code, key -> new long[1])[0]++;
    if (first.size() < limit) {
      first.add(new Issue(code, severity, where.toString(), message));
    }
  }
}
