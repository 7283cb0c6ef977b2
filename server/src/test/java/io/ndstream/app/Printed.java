package io.ndstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a command prints, on standard output and error together. */
final class Printed {
  private Printed() {}

  /** Runs a command, which has to end with this status. */
  static String by(int status, String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    System.setOut(both);
    System.setErr(both);
    try {
      assertThat(Main.run(args)).isEqualTo(status);
    } finally {
      System.setErr(err);
      System.setOut(out);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
