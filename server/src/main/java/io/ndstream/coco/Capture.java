package io.ndstream.coco;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * When an image was taken and what it is tagged with, as far as its manifest row says.
 *
 * @param time from {@code date_captured}, else {@code timestamp} (text, or seconds since 1970);
 *     null if neither can be read
 * @param tags from {@code tags}: a list of texts, or one text
 */
public record Capture(Instant time, List<String> tags) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  public Capture {
    tags = List.copyOf(tags);
  }

  public static Capture of(Dataset dataset, int imageRow) {
    JsonNode row;
    try {
      row = MAPPER.readTree(dataset.imageJson(imageRow));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a parsed manifest holds JSON rows", e);
    }
    List<String> tags = new ArrayList<>();
    JsonNode listed = row.path("tags");
    if (listed.isTextual()) {
      tags.add(listed.asText());
    }
    listed.forEach(tag -> tags.add(tag.asText()));
    Instant captured = time(row.path("date_captured"));
    return new Capture(captured == null ? time(row.path("timestamp")) : captured, tags);
  }

  private static Instant time(JsonNode value) {
    return value.isNumber()
        ? Instant.ofEpochMilli(Math.round(value.asDouble() * 1000))
        : value.isTextual() ? parse(value.asText()) : null;
  }

  /**
   * A date, or a date and time with or without an offset (then UTC; a blank may stand for the T);
   * null if it is neither.
   */
  public static Instant parse(String text) {
    String iso =
        text.strip()
            .replaceFirst("^(\\d{4})/(\\d{2})/(\\d{2})", "$1-$2-$3")
            .replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) ", "$1T");
    try {
      if (iso.length() <= 10) {
        return LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC);
      }
      boolean offset = iso.matches(".*(Z|[+-]\\d{2}:?\\d{2})$");
      return offset
          ? OffsetDateTime.parse(iso).toInstant()
          : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
