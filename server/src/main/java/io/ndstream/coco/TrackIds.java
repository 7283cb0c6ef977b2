package io.ndstream.coco;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers the distinct track ids from 1: integers odd, texts even, for most files have only the one
 * or the other.
 */
final class TrackIds {
  private final LongIndex integers = new LongIndex();
  private final Map<String, Integer> texts = new HashMap<>();
  private final List<String> textOf = new ArrayList<>();

  int add(long id) {
    return integers.add(id) * 2 + 1;
  }

  int add(String id) {
    Integer known = texts.get(id);
    if (known == null) {
      known = textOf.size() * 2 + 2;
      texts.put(id, known);
      textOf.add(id);
    }
    return known;
  }

  /** The id as text; null for 0. */
  String text(int number) {
    if (number == 0) {
      return null;
    }
    return (number & 1) == 1 ? Long.toString(integers.key(number / 2)) : textOf.get(number / 2 - 1);
  }

  LongIndex integers() {
    return integers;
  }

  List<String> texts() {
    return textOf;
  }
}
