package io.ndstream.app;

import io.ndstream.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Values of options that the command line does not give: from the environment, then from the file
 * of --config.
 */
final class OptionDefaults implements IDefaultValueProvider {
  private final Settings settings;

  /**
   * @param words the command line: defaults are asked for before it is parsed, so --config is
   *     looked up in the words themselves
   */
  OptionDefaults(List<String> words) {
    this.settings = Settings.of(System.getenv(), file(words));
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? settings.value(option.longestName().replaceFirst("^-+", ""))
        : null;
  }

  private static Path file(List<String> words) {
    int at = words.indexOf("--config");
    if (at >= 0 && at + 1 < words.size()) {
      return Path.of(words.get(at + 1));
    }
    return words.stream()
        .filter(word -> word.startsWith("--config="))
        .map(word -> Path.of(word.substring("--config=".length())))
        .findFirst()
        .or(() -> Optional.ofNullable(System.getenv("NDSTREAM_CONFIG")).map(Path::of))
        .orElse(null);
  }
}
