package io.ndstream.bench.conform;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code ndstream conform DIR} runs the recorded cases in a directory through a real server. Prints
 * one line a failing case and last {@code N passed, N failed}. Exit status 0: all passed, 1: some
 * failed, 2: could not be run.
 */
public final class Conform {
  /** Asked in this order; each format adds itself here. */
  private static final List<CaseFormat> FORMATS =
      List.of(
          new LoadSampleConform(), new KwcocoConform(), new StitchConform(), new RegionsConform());

  private Conform() {}

  /**
   * @param args the directory; system property {@code ndstream.home} names the distribution
   */
  public static void main(String[] args) {
    if (args.length != 1 || args[0].startsWith("-")) {
      System.err.println("usage: ndstream conform DIR");
      System.exit(2);
    }
    System.exit(run(Path.of(args[0]), Path.of(System.getProperty("ndstream.home"))));
  }

  private static int run(Path dir, Path home) {
    try (ServerUnderTest server = new ServerUnderTest(home)) {
      Optional<CaseFormat> format = formatOf(dir);
      if (format.isEmpty()) {
        System.err.println("conform: no recorded cases of a known format in " + dir);
        return 2;
      }
      Outcome outcome = new Outcome(System.out);
      try {
        format.get().run(dir, server, outcome);
      } catch (Exception e) {
        outcome.fail("run", e.toString());
      }
      System.out.println(outcome.summary());
      return outcome.allPassed() ? 0 : 1;
    } catch (Exception e) {
      System.err.println("conform: " + e);
      return 2;
    }
  }

  private static Optional<CaseFormat> formatOf(Path dir) throws Exception {
    if (!Files.isDirectory(dir)) {
      return Optional.empty();
    }
    for (CaseFormat format : FORMATS) {
      if (format.recognises(dir)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
