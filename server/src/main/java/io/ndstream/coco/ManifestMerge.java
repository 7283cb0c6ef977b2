package io.ndstream.coco;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Merges edits into a manifest by splicing: what is not edited keeps its bytes. One pass over the
 * file, in constant memory but for the edits; the new file takes the old one's place atomically.
 * Merging the same edits again changes nothing.
 */
public final class ManifestMerge {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .build();

  private final Map<Long, List<JsonNode>> assets = new HashMap<>();
  private final List<JsonNode> annotations = new ArrayList<>();
  private final Set<Long> imagesSeen = new HashSet<>();
  private final Map<String, Long> categories = new HashMap<>();
  private final Set<String> keys = new HashSet<>();
  private final Splice splice = new Splice();
  private JsonParser parser;
  private long largestAnnotation;
  private long largestCategory;
  private ArrayEnd annotationsEnd;
  private ArrayEnd categoriesEnd;

  private ManifestMerge() {}

  /** Where an array ends, and whether it is empty. */
  private record ArrayEnd(long at, boolean empty) {}

  /**
   * @param source the manifest to start from
   * @param target the manifest to write, {@code source} itself or another name in the same
   *     directory
   * @param edits lines of {@link AssetEdit#toJson} and {@link AnnotationEdit#toJson}; of two for
   *     one file the later wins
   * @throws LoaderException DATASET_CHANGED if an image is not there any more or the source changes
   *     meanwhile; ASSET_EXISTS if an image has channels of an edit that may not replace them;
   *     MISSING_MANIFEST, BAD_MANIFEST, DISK_FULL
   */
  public static void merge(Path source, Path target, List<String> edits) {
    new ManifestMerge().run(source, target, edits);
  }

  private void run(Path source, Path target, List<String> edits) {
    Path fresh = target.resolveSibling("." + target.getFileName() + ".merging");
    try {
      for (String edit : edits) {
        take(AssetEdit.MAPPER.readTree(edit));
      }
      var before = Files.getLastModifiedTime(source);
      long size = Files.size(source);
      scan(source);
      requireImages(source);
      addAnnotations();
      splice.write(source, fresh);
      if (!Files.getLastModifiedTime(source).equals(before) || Files.size(source) != size) {
        throw LoaderException.of(
            Reason.DATASET_CHANGED, "manifest", source, "detail", "changed while it was merged");
      }
      Files.move(
          fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncDirectory(target.toAbsolutePath().getParent());
    } catch (NoSuchFileException e) {
      throw LoaderException.caused(e, Reason.MISSING_MANIFEST, "manifest", source);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw LoaderException.caused(
          e, Reason.BAD_MANIFEST, "manifest", source, "detail", e.getOriginalMessage());
    } catch (IOException e) {
      throw LoaderException.caused(e, Reason.DISK_FULL, "file", target, "detail", e.getMessage());
    } finally {
      deleteQuietly(fresh);
    }
  }

  private void take(JsonNode edit) {
    if (edit.get("kind").asText().equals("asset")) {
      List<JsonNode> ofImage =
          assets.computeIfAbsent(edit.get("image_id").asLong(), id -> new ArrayList<>());
      ofImage.removeIf(old -> old.get("file_name").equals(edit.get("file_name")));
      ofImage.add(edit);
    } else {
      annotations.add(edit);
    }
  }

  private void scan(Path source) throws IOException {
    try (var in = Files.newInputStream(source);
        JsonParser open = JSON.createParser(in)) {
      parser = open;
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        boolean array = parser.nextToken() == JsonToken.START_ARRAY;
        if (array && key.equals("images")) {
          images();
        } else if (array && key.equals("annotations")) {
          annotationsEnd = rows(this::annotation);
        } else if (array && key.equals("categories")) {
          categoriesEnd = rows(this::category);
        } else {
          parser.skipChildren();
        }
      }
      splice.root(start());
    }
  }

  /** What to do with the row whose first token was just read. */
  private interface Row {
    void read() throws IOException;
  }

  private ArrayEnd rows(Row row) throws IOException {
    boolean empty = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      empty = false;
      row.read();
    }
    return new ArrayEnd(start(), empty);
  }

  private void images() throws IOException {
    rows(
        () -> {
          ImageRow row = ImageRow.read(parser);
          List<JsonNode> edits = assets.get(row.id());
          if (edits != null) {
            imagesSeen.add(row.id());
            row.edit(edits, splice);
          }
        });
  }

  private void annotation() throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      if (key.equals("id") && value == JsonToken.VALUE_NUMBER_INT) {
        largestAnnotation = Math.max(largestAnnotation, parser.getLongValue());
      } else if (key.equals("ndstream_key")) {
        keys.add(parser.getText());
      }
      parser.skipChildren();
    }
  }

  private void category() throws IOException {
    String name = null;
    long id = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      if (key.equals("id") && value == JsonToken.VALUE_NUMBER_INT) {
        id = parser.getLongValue();
      } else if (key.equals("name")) {
        name = parser.getText();
      }
      parser.skipChildren();
    }
    largestCategory = Math.max(largestCategory, id);
    categories.put(name, id);
  }

  private long start() {
    return parser.currentTokenLocation().getByteOffset();
  }

  private void requireImages(Path source) {
    for (Long id : assets.keySet()) {
      if (!imagesSeen.contains(id)) {
        throw LoaderException.of(
            Reason.DATASET_CHANGED,
            "manifest",
            source,
            "image",
            id,
            "detail",
            "has no such image now");
      }
    }
  }

  private void addAnnotations() {
    List<String> rows = new ArrayList<>();
    List<String> made = new ArrayList<>();
    for (JsonNode edit : annotations) {
      ObjectNode row = (ObjectNode) edit.get("row");
      if (!keys.add(row.get("ndstream_key").asText())) {
        continue;
      }
      String name = edit.get("category").asText();
      Long category = categories.get(name);
      if (category == null) {
        category = ++largestCategory;
        categories.put(name, category);
        made.add(
            AssetEdit.MAPPER.createObjectNode().put("id", category).put("name", name).toString());
      }
      rows.add(row.put("id", ++largestAnnotation).put("category_id", category).toString());
    }
    append("annotations", annotationsEnd, rows);
    append("categories", categoriesEnd, made);
  }

  private void append(String key, ArrayEnd end, List<String> rows) {
    if (rows.isEmpty()) {
      return;
    }
    String text = String.join(",\n", rows);
    if (end == null) {
      splice.addToRoot("\"" + key + "\": [" + text + "]");
    } else {
      splice.insert(end.at, (end.empty ? "" : ", ") + text);
    }
  }

  private static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // Litter at worst; the next merge writes over it.
    }
  }
}
