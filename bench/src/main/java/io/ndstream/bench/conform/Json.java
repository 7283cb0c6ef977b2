package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** JSON in and out of lists. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** Any value Jackson knows: numbers, texts, lists, nodes. */
  static JsonNode of(Object value) {
    return MAPPER.valueToTree(value);
  }

  static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Long> longs(JsonNode array) {
    return IntStream.range(0, array.size()).mapToObj(i -> array.get(i).asLong()).toList();
  }

  /** The entries of a list, or a single value, or none. */
  static List<Double> doubles(JsonNode value) {
    if (!value.isArray()) {
      return value.isNumber() ? List.of(value.asDouble()) : List.of();
    }
    return IntStream.range(0, value.size()).mapToObj(i -> value.get(i).asDouble()).toList();
  }

  static List<String> texts(JsonNode array) {
    return IntStream.range(0, array.size()).mapToObj(i -> array.get(i).asText()).toList();
  }

  static List<Integer> ints(JsonNode array) {
    return IntStream.range(0, array.size()).mapToObj(i -> array.get(i).asInt()).toList();
  }

  /** Cuts a flat list into rows. */
  static <T> List<List<T>> rows(List<T> flat, int width) {
    List<List<T>> rows = new ArrayList<>();
    for (int at = 0; at < flat.size(); at += width) {
      rows.add(List.copyOf(flat.subList(at, at + width)));
    }
    return rows;
  }
}
