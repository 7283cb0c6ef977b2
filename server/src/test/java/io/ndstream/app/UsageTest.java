package io.ndstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong usage is told in a few lines that name the mistake and the way on. */
class UsageTest {
  @Test
  void anUnknownOptionIsNamedWithALikelyOne() {
    assertThat(Printed.by(2, "serve", "--workerz", "3"))
        .contains("--workerz", "--workers", "Try: ndstream serve --help")
        .hasLineCount(3);
  }

  @Test
  void anUnknownCommandIsNamedWithALikelyOne() {
    assertThat(Printed.by(2, "serv"))
        .contains("serv", "ndstream serve", "Try: ndstream --help")
        .hasLineCount(3);
  }

  @Test
  void aValueThatIsNoNumberIsNamedWithItsOption() {
    assertThat(Printed.by(2, "serve", "--handles", "many"))
        .contains("--handles", "many", "Try: ndstream serve --help");
  }

  @Test
  void anAddressThatIsNoneIsNamedWithItsOption() {
    assertThat(Printed.by(2, "stitch", "status", "--server", "here"))
        .contains("--server", "here", "tcp:127.0.0.1:50051", "Try: ndstream stitch status --help");
  }

  @Test
  void aMissingArgumentIsNamed() {
    assertThat(Printed.by(2, "toydata", "shapes"))
        .contains("--out", "Try: ndstream toydata --help");
  }

  @ParameterizedTest
  @CsvSource({
    "--memory-budget, 12xyz",
    "--cache-size, -1",
    "--listen, tcp:127.0.0.1",
    "--http, 9464",
    "--cache, zip",
    "--pixel-identity, inode"
  })
  void aValueOfAnotherFormIsNamedWithItsOptionAndWhatIsExpected(String option, String value) {
    assertThat(Printed.by(2, "serve", option + "=" + value))
        .contains(
            "BAD_ARGUMENT: ",
            "'" + option + "'",
            "'" + value + "' (expected: ",
            "Try: ndstream serve --help");
  }
}
