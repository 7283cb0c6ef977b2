package io.ndstream.coco;

import java.util.List;

/**
 * What reading a manifest found.
 *
 * @param issues the first ones, in the order found; see {@link OpenOptions#maxIssues()}
 * @param totals all issues, counted by code and severity
 * @param tables rows by table, in the order of the format's description
 */
public record Report(List<Issue> issues, List<Total> totals, List<Table> tables) {
  public Report {
    issues = List.copyOf(issues);
    totals = List.copyOf(totals);
    tables = List.copyOf(tables);
  }

  /** How many issues there are of a severity, shown or not. */
  public long count(Severity severity) {
    return totals.stream()
        .filter(total -> total.severity() == severity)
        .mapToLong(Total::count)
        .sum();
  }

  /** How many issues there are, shown or not. */
  public long count() {
    return totals.stream().mapToLong(Total::count).sum();
  }

  /** Issues of one code and severity. */
  public record Total(IssueCode code, Severity severity, long count) {}

  /**
   * @param rows in the file
   * @param refused left out for an error of their own
   * @param orphaned left out because what they refer to was
   */
  public record Table(String name, long rows, long refused, long orphaned) {
    /** Rows of the data set. */
    public long kept() {
      return rows - refused - orphaned;
    }
  }
}
