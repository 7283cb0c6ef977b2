package io.ndstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** No command is known to its own help alone. */
class CommandsPageTest {
  /** Reached by {@code ./ndstream completion}. */
  private static final String INTERNAL = "generate-completion";

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "ndstream"})
  void everyCommandIsListed(String page) throws IOException {
    String text = Files.readString(Path.of(System.getProperty("ndstream.root"), page));
    List<String> commands =
        new CommandLine(Main.class)
            .getSubcommands().keySet().stream().filter(name -> !name.equals(INTERNAL)).toList();

    assertThat(commands)
        .isNotEmpty()
        .allSatisfy(name -> assertThat(text).containsPattern("(?m)^(  |\\|.*`)" + name + " "));
  }
}
