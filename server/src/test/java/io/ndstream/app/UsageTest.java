package io.ndstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** Wrong usage is told in a few lines that name the mistake and the way on. */
class UsageTest {
  private static String err(String... args) {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true));
    try {
      assertThat(Main.run(args)).isEqualTo(2);
    } finally {
      System.setErr(before);
    }
    return bytes.toString();
  }

  @Test
  void anUnknownOptionIsNamedWithALikelyOne() {
    assertThat(err("serve", "--workerz", "3"))
        .contains("--workerz", "--workers", "Try: ndstream serve --help")
        .hasLineCount(3);
  }

  @Test
  void anUnknownCommandIsNamedWithALikelyOne() {
    assertThat(err("serv")).contains("serv", "ndstream serve", "Try: ndstream --help").hasLineCount(3);
  }

  @Test
  void aValueThatIsNoNumberIsNamedWithItsOption() {
    assertThat(err("serve", "--handles", "many")).contains("--handles", "many", "Try: ndstream serve --help");
  }

  @Test
  void aMissingArgumentIsNamed() {
    assertThat(err("toydata", "shapes")).contains("--out", "Try: ndstream toydata --help");
  }
}
