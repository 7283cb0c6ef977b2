package io.ndstream.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Values for options that the command line does not give: first the environment ({@code
 * NDSTREAM_MEMORY_BUDGET} for {@code --memory-budget}), then a JSON file ({@code {"memory-budget":
 * "512MiB", "listen": ["unix:/run/nd.sock"]}}).
 */
public final class Settings {
  private static final String PREFIX = "NDSTREAM_";

  private final Map<String, String> environment;
  private final Map<String, String> file;

  private Settings(Map<String, String> environment, Map<String, String> file) {
    this.environment = environment;
    this.file = file;
  }

  /**
   * @param file or null
   * @throws LoaderException BAD_ARGUMENT if the file is not a JSON object of plain values
   */
  public static Settings of(Map<String, String> environment, Path file) {
    return new Settings(Map.copyOf(environment), file == null ? Map.of() : read(file));
  }

  /**
   * @param option name without dashes, such as {@code memory-budget}
   * @return the value, entries of a list separated by commas; or null
   */
  public String value(String option) {
    String fromEnvironment =
        environment.get(PREFIX + option.toUpperCase(Locale.ROOT).replace('-', '_'));
    return fromEnvironment != null ? fromEnvironment : file.get(option);
  }

  /** Names in the file, to tell the user of those that no option has. */
  public List<String> fileNames() {
    return List.copyOf(file.keySet());
  }

  private static Map<String, String> read(Path file) {
    JsonNode root;
    try {
      root = new JsonMapper().readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw LoaderException.caused(
          e, Reason.BAD_ARGUMENT, "config", file, "cause", e.getOriginalMessage());
    } catch (IOException e) {
      throw LoaderException.caused(
          e, Reason.BAD_ARGUMENT, "config", file, "cause", "cannot be read: " + e.getMessage());
    }
    if (!root.isObject()) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT, "config", file, "expected", "a JSON object of option names");
    }
    Map<String, String> values = new TreeMap<>();
    root.properties().forEach(e -> values.put(e.getKey(), text(file, e.getKey(), e.getValue())));
    return values;
  }

  private static String text(Path file, String name, JsonNode value) {
    if (value.isArray()) {
      List<String> parts = new ArrayList<>();
      value.forEach(v -> parts.add(text(file, name, v)));
      return String.join(",", parts);
    }
    if (!value.isValueNode() || value.isNull()) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT,
          "config",
          file,
          "option",
          name,
          "expected",
          "a string, number, boolean or list of these");
    }
    return value.asText();
  }
}
