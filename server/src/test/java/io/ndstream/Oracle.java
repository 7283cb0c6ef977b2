package io.ndstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * Where tests find recorded cases, and the real data sets that are too large for the repository.
 */
public final class Oracle {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Oracle() {}

  /**
   * A file or directory of the recorded data, such as {@code "datasets/shapes8/data.kwcoco.json"}.
   */
  public static Path path(String relative) {
    URL url = Oracle.class.getResource("/oracle/" + relative);
    if (url == null) {
      throw new IllegalArgumentException("no recorded data: " + relative);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The manifest of a data set with pixels. */
  public static Path manifest(String dataset) {
    return path("datasets/" + dataset + "/data.kwcoco.json");
  }

  /** A JSON document of the recorded data. */
  public static JsonNode json(String relative) {
    try {
      return MAPPER.readTree(path(relative).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The objects of a file with one JSON object a line, such as {@code "regions/cases.jsonl"}. */
  public static List<JsonNode> lines(String relative) {
    try (Stream<String> lines = Files.lines(path(relative))) {
      return lines.filter(line -> !line.isBlank()).map(Oracle::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A real data set: below {@code NDSTREAM_REAL} if set, else in {@code shared/real} beside the
   * checkout or beside a directory above it. Skips the calling test, and says so, where there is
   * none.
   */
  public static Path real(String relative) {
    String given = System.getenv("NDSTREAM_REAL");
    if (given != null) {
      return present(Path.of(given, relative));
    }
    Path above = Path.of(System.getProperty("ndstream.root", "")).toAbsolutePath();
    for (; above != null; above = above.getParent()) {
      Path real = above.resolve("shared/real");
      if (Files.isDirectory(real)) {
        return present(real.resolve(relative));
      }
    }
    throw new TestAbortedException(
        "SKIPPED: no shared/real beside the checkout; set NDSTREAM_REAL to run this on "
            + relative);
  }

  private static Path present(Path path) {
    if (!Files.exists(path)) {
      throw new TestAbortedException("SKIPPED: real data is missing: " + path);
    }
    return path;
  }

  private static JsonNode parse(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
