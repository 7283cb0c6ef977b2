package io.ndstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** docs/configuration.md lists the options of {@code serve} as the command itself explains them. */
class ConfigurationPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("ndstream.root"), "docs/configuration.md");
  private static final String DEFAULT = " Default: ";

  @Test
  void thePageListsEveryOptionOfServe() throws IOException {
    List<String> rows =
        Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `--")).toList();
    List<String> options =
        new CommandLine(new ServeCommand())
            .getCommandSpec().options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .map(ConfigurationPageTest::row)
                .toList();

    assertThat(rows).containsExactlyInAnyOrderElementsOf(options);
  }

  private static String row(OptionSpec option) {
    String name = option.longestName();
    String variable = "NDSTREAM_" + name.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
    String text = String.join(" ", option.description());
    int at = text.indexOf(DEFAULT);
    String value = at < 0 ? "" : text.substring(at + DEFAULT.length());
    String meaning = at < 0 ? text : text.substring(0, at);
    return "| `" + name + "` | `" + variable + "` | " + value + " | " + meaning + " |";
  }
}
