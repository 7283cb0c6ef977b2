package io.ndstream.bench.conform;

import java.io.PrintStream;

/**
 * Counts cases and prints a line for each that fails, or is left out. Not thread-safe: cases are
 * reported one by one.
 */
public final class Outcome {
  private static final int MAX_REASON = 400;

  private final PrintStream out;
  private int passed;
  private int failed;
  private int skipped;

  public Outcome(PrintStream out) {
    this.out = out;
  }

  public void pass(String id) {
    passed++;
  }

  public void fail(String id, String why) {
    failed++;
    out.println("FAIL " + id + ": " + oneLine(why));
  }

  /**
   * The case asks for something the server deliberately does not do, such as repeating a fault of
   * the reference.
   */
  public void skip(String id, String why) {
    skipped++;
    out.println("skip " + id + ": " + oneLine(why));
  }

  /**
   * Passes if {@code body} returns and fails with whatever it throws, assertion errors included.
   */
  public void check(String id, Case body) {
    try {
      body.run();
    } catch (Exception | AssertionError e) {
      fail(id, e instanceof AssertionError ? e.getMessage() : e.toString());
      return;
    }
    pass(id);
  }

  public boolean allPassed() {
    return failed == 0 && passed > 0;
  }

  /** {@code N passed, N failed}, with the number of skipped cases if there are any. */
  public String summary() {
    return passed
        + " passed, "
        + failed
        + " failed"
        + (skipped > 0 ? ", " + skipped + " skipped" : "");
  }

  private static String oneLine(String why) {
    String line = String.valueOf(why).strip().replaceAll("\\s+", " ");
    return line.length() > MAX_REASON ? line.substring(0, MAX_REASON) + "…" : line;
  }

  /** The body of one case. */
  @FunctionalInterface
  public interface Case {
    void run() throws Exception;
  }
}
