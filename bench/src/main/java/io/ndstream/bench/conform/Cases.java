package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The cases of a directory: {@code cases.jsonl}, one JSON object a line. */
public final class Cases {
  private static final String FILE = "cases.jsonl";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Cases() {}

  public static List<JsonNode> read(Path dir) throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    for (String line : Files.readAllLines(dir.resolve(FILE))) {
      if (!line.isBlank()) {
        cases.add(MAPPER.readTree(line));
      }
    }
    return cases;
  }

  /** Whether there are cases and the first has all of these fields. */
  public static boolean have(Path dir, String... fields) throws IOException {
    if (!Files.isRegularFile(dir.resolve(FILE))) {
      return false;
    }
    List<JsonNode> cases = read(dir);
    for (String field : fields) {
      if (cases.isEmpty() || !cases.get(0).has(field)) {
        return false;
      }
    }
    return true;
  }
}
