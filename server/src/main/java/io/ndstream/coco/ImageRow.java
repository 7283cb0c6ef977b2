package io.ndstream.coco;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where the parts of an image row lie in the file that edits concern. */
final class ImageRow {
  private final Map<String, FileList> lists = new HashMap<>();
  private final Map<String, Long> predicted = new HashMap<>();
  private long id;
  private long end;
  private boolean empty = true;
  private long predictedEnd = -1;

  /** Where the present {@code prediction_region} lies, or null. */
  private Span region;

  private ImageRow() {}

  /** The entries of one list of files, and the place of its closing bracket. */
  private static final class FileList {
    final List<Entry> entries = new ArrayList<>();
    long end;
  }

  /** A file of a list; the name and the channels as they are written, or null. */
  private record Entry(String fileName, String channels, long from, long to) {
    Set<String> bands() {
      try {
        return channels == null
            ? Set.of()
            : Set.copyOf(ChannelCodes.expand(channels, Where.ROOT.key("channels")));
      } catch (BadValue e) {
        return Set.of(); // nobody can read them by name
      }
    }
  }

  private record Span(long from, long to) {}

  long id() {
    return id;
  }

  /** Reads the row whose opening brace is the present token. */
  static ImageRow read(JsonParser parser) throws IOException {
    ImageRow row = new ImageRow();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      row.empty = false;
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      if (key.equals("id") && value == JsonToken.VALUE_NUMBER_INT) {
        row.id = parser.getLongValue();
      } else if ((key.equals("assets") || key.equals("auxiliary"))
          && value == JsonToken.START_ARRAY) {
        row.lists.put(key, list(parser));
      } else if (key.equals("has_predictions") && value == JsonToken.START_OBJECT) {
        row.predictions(parser);
      } else if (key.equals("prediction_region")) {
        long from = start(parser);
        parser.skipChildren();
        row.region = new Span(from, parser.currentLocation().getByteOffset());
      } else {
        parser.skipChildren();
      }
    }
    row.end = start(parser);
    return row;
  }

  private static FileList list(JsonParser parser) throws IOException {
    FileList list = new FileList();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.entries.add(entry(parser));
    }
    list.end = start(parser);
    return list;
  }

  private static Entry entry(JsonParser parser) throws IOException {
    long from = start(parser);
    String fileName = null;
    String channels = null;
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return new Entry(fileName, channels, from, parser.currentLocation().getByteOffset());
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      if (key.equals("file_name")) {
        fileName = parser.getText();
      } else if (key.equals("channels")) {
        channels = parser.getValueAsString();
      }
      parser.skipChildren();
    }
    return new Entry(fileName, channels, from, parser.currentLocation().getByteOffset());
  }

  private void predictions(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      predicted.put(parser.currentName(), start(parser));
      parser.nextToken();
      parser.skipChildren();
    }
    predictedEnd = start(parser);
  }

  private static long start(JsonParser parser) {
    return parser.currentTokenLocation().getByteOffset();
  }

  /**
   * Plans the edits of this row.
   *
   * @throws LoaderException ASSET_EXISTS
   */
  void edit(List<JsonNode> edits, Splice splice) {
    Map<String, List<String>> added = new HashMap<>();
    List<String> marks = new ArrayList<>();
    for (JsonNode edit : edits) {
      String entry = edit.get("entry").asText();
      Entry old = replaced(edit);
      if (old != null) {
        splice.replace(old.from, old.to, entry);
      } else {
        added.computeIfAbsent(edit.get("list").asText(), key -> new ArrayList<>()).add(entry);
      }
      String mark = quoted(edit.get("channels").asText()) + ": true";
      if (edit.has("region")
          && !predicted.containsKey(edit.get("channels").asText())
          && !marks.contains(mark)) {
        marks.add(mark);
      }
    }
    List<String> fields = new ArrayList<>();
    added.forEach((key, entries) -> append(key, entries, splice, fields));
    markRegion(edits, splice, fields);
    if (!marks.isEmpty() && predictedEnd >= 0) {
      splice.insert(predictedEnd, (predicted.isEmpty() ? "" : ", ") + String.join(", ", marks));
    } else if (!marks.isEmpty()) {
      fields.add("\"has_predictions\": {" + String.join(", ", marks) + "}");
    }
    if (!fields.isEmpty()) {
      splice.insert(end, (empty ? "" : ", ") + String.join(", ", fields));
    }
  }

  /** The latest prediction says where there are any. */
  private void markRegion(List<JsonNode> edits, Splice splice, List<String> fields) {
    edits.stream()
        .filter(edit -> edit.has("region"))
        .reduce((earlier, later) -> later)
        .map(edit -> edit.get("region").asText())
        .ifPresent(
            latest -> {
              if (region == null) {
                fields.add("\"prediction_region\": " + latest);
              } else {
                splice.replace(region.from, region.to, latest);
              }
            });
  }

  /** The entry of the same name, or else the one that is to make way; null if there is none. */
  private Entry replaced(JsonNode edit) {
    String fileName = edit.get("file_name").asText();
    Set<String> bands = Set.copyOf(ChannelList.expand(edit.get("channels").asText()));
    Entry found = null;
    for (FileList list : lists.values()) {
      for (Entry entry : list.entries) {
        if (fileName.equals(entry.fileName)) {
          return entry;
        }
        if (!Collections.disjoint(bands, entry.bands())) {
          found = entry;
        }
      }
    }
    if (found != null && !(edit.get("replaces").asBoolean() && bands.equals(found.bands()))) {
      throw LoaderException.of(
          Reason.ASSET_EXISTS,
          "image",
          id,
          "channels",
          found.channels,
          "file",
          String.valueOf(found.fileName),
          "detail",
          "was added to the manifest meanwhile");
    }
    return found;
  }

  private void append(String key, List<String> entries, Splice splice, List<String> fields) {
    FileList list = lists.get(key);
    String text = String.join(", ", entries);
    if (list == null) {
      fields.add(quoted(key) + ": [" + text + "]");
    } else {
      splice.insert(list.end, (list.entries.isEmpty() ? "" : ", ") + text);
    }
  }

  private static String quoted(String text) {
    return AssetEdit.MAPPER.getNodeFactory().textNode(text).toString();
  }
}
