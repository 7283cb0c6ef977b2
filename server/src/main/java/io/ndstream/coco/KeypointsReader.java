package io.ndstream.coco;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads keypoints: flat triples, a list of objects, or columns. */
final class KeypointsReader {
  /** No annotation has more; bounds what a hostile row can take. */
  private static final int MAX_POINTS = 65_536;

  private static final int VISIBLE = 2;

  private final JsonCursor cursor;
  private final Where where;
  private final List<Double> xy = new ArrayList<>();
  private final List<Integer> visible = new ArrayList<>();
  private final List<Object> references = new ArrayList<>();

  private KeypointsReader(JsonCursor cursor, Where where) {
    this.cursor = cursor;
    this.where = where;
  }

  /** The value the cursor stands on; null for JSON null and an empty array. */
  static RawKeypoints read(JsonCursor cursor, Where where) throws IOException, BadValue {
    if (cursor.at(Token.VALUE_NULL)) {
      return null;
    }
    KeypointsReader reader = new KeypointsReader(cursor, where);
    if (cursor.at(Token.START_OBJECT)) {
      return reader.columns();
    }
    if (!cursor.at(Token.START_ARRAY)) {
      throw bad(where, "keypoints must be an array or an object, found " + cursor.kind());
    }
    if (!cursor.nextItem()) {
      return null;
    }
    return cursor.at(Token.START_OBJECT) ? reader.rows() : reader.triples();
  }

  private RawKeypoints triples() throws IOException, BadValue {
    List<Double> values = new ArrayList<>();
    do {
      values.add(number(where));
      requireFew(values.size() / 3);
    } while (cursor.nextItem());
    if (values.size() % 3 != 0) {
      throw bad(where, values.size() + " numbers is not a multiple of 3");
    }
    for (int i = 0; i < values.size(); i += 3) {
      xy.add(values.get(i));
      xy.add(values.get(i + 1));
      visible.add(visibility(values.get(i + 2), where));
    }
    return result(false);
  }

  private RawKeypoints rows() throws IOException, BadValue {
    int index = 0;
    do {
      Where at = where.item(index++);
      if (!cursor.at(Token.START_OBJECT)) {
        throw bad(at, "expected an object, found " + cursor.kind());
      }
      row(at);
      requireFew(index);
    } while (cursor.nextItem());
    return result(true);
  }

  private void row(Where at) throws IOException, BadValue {
    boolean located = false;
    int seen = VISIBLE;
    Object reference = null;
    Keys keys = new Keys();
    for (String name = cursor.nextName(); name != null; name = cursor.nextName()) {
      Where member = at.key(name);
      if (!cursor.requireNew(keys, name, member)) {
        cursor.skip(member);
      } else if (name.equals("xy")) {
        pair(member);
        located = true;
      } else if (name.equals("visible")) {
        seen = cursor.at(Token.VALUE_NULL) ? VISIBLE : visibility(number(member), member);
      } else if (isReference(name)) {
        Object found = reference(member);
        reference = found == null ? reference : found;
      } else {
        cursor.skip(member);
      }
    }
    if (!located) {
      throw bad(at.key("xy"), "xy is missing");
    }
    visible.add(seen);
    references.add(reference);
  }

  private static boolean isReference(String name) {
    switch (name) {
      case "keypoint_category_id":
      case "keypoint_category":
      case "category_id":
      case "category":
      case "category_name":
        return true;
      default:
        return false;
    }
  }

  private Object reference(Where member) throws IOException, BadValue {
    if (cursor.at(Token.VALUE_STRING)) {
      return cursor.text();
    }
    return Integers.read(cursor, member, "keypoint category", IssueCode.ID_TYPE);
  }

  private void pair(Where at) throws IOException, BadValue {
    if (!cursor.at(Token.START_ARRAY)) {
      throw bad(at, "expected 2 numbers, found " + cursor.kind());
    }
    int count = 0;
    for (; cursor.nextItem(); count++) {
      double value = number(at);
      if (count < 2) {
        xy.add(value);
      }
    }
    if (count != 2) {
      throw bad(at, "expected 2 numbers, found " + count);
    }
  }

  private RawKeypoints columns() throws IOException, BadValue {
    List<Double> x = List.of();
    List<Double> y = List.of();
    List<Double> seen = null;
    boolean hasReferences = false;
    Keys keys = new Keys();
    for (String name = cursor.nextName(); name != null; name = cursor.nextName()) {
      Where at = where.key(name);
      if (!cursor.requireNew(keys, name, at)) {
        cursor.skip(at);
      } else if (name.equals("x")) {
        x = numbers(at);
      } else if (name.equals("y")) {
        y = numbers(at);
      } else if (name.equals("visible") && !cursor.at(Token.VALUE_NULL)) {
        seen = numbers(at);
      } else if (isReference(name) && !hasReferences && !cursor.at(Token.VALUE_NULL)) {
        hasReferences = true;
        readReferences(at);
      } else {
        cursor.skip(at);
      }
    }
    requireLength("y", y.size(), x.size());
    requireLength("visible", seen == null ? x.size() : seen.size(), x.size());
    requireLength("keypoint_category_id", hasReferences ? references.size() : x.size(), x.size());
    for (int i = 0; i < x.size(); i++) {
      xy.add(x.get(i));
      xy.add(y.get(i));
      visible.add(seen == null ? VISIBLE : visibility(seen.get(i), where.key("visible").item(i)));
      if (!hasReferences) {
        references.add(null);
      }
    }
    return x.isEmpty() ? null : result(true);
  }

  private void readReferences(Where at) throws IOException, BadValue {
    requireArray(at);
    for (int i = 0; cursor.nextItem(); i++) {
      references.add(reference(at.item(i)));
      requireFew(i);
    }
  }

  private List<Double> numbers(Where at) throws IOException, BadValue {
    requireArray(at);
    List<Double> values = new ArrayList<>();
    while (cursor.nextItem()) {
      values.add(number(at));
      requireFew(values.size());
    }
    return values;
  }

  private void requireArray(Where at) throws BadValue {
    if (!cursor.at(Token.START_ARRAY)) {
      throw bad(at, "expected an array, found " + cursor.kind());
    }
  }

  private void requireLength(String name, int found, int wanted) throws BadValue {
    if (found != wanted) {
      throw bad(where, "x has " + wanted + " values, " + name + " has " + found);
    }
  }

  private void requireFew(int points) throws BadValue {
    if (points > MAX_POINTS) {
      throw bad(where, "more than " + MAX_POINTS + " keypoints");
    }
  }

  private double number(Where at) throws IOException, BadValue {
    if (!cursor.atNumber()) {
      throw bad(at, "expected a number, found " + cursor.found());
    }
    double value = cursor.doubleValue();
    if (!Double.isFinite(value)) {
      throw bad(at, "expected a finite number, found " + value);
    }
    return value;
  }

  private static int visibility(double value, Where at) throws BadValue {
    if (value != 0 && value != 1 && value != VISIBLE) {
      throw bad(at, "visible must be 0, 1 or 2, found " + value);
    }
    return (int) value;
  }

  private RawKeypoints result(boolean named) {
    return new RawKeypoints(
        xy.stream().mapToDouble(Double::doubleValue).toArray(),
        visible.stream().mapToInt(Integer::intValue).toArray(),
        named ? references.toArray() : null);
  }

  private static BadValue bad(Where where, String message) {
    return new BadValue(IssueCode.KEYPOINTS, where, message);
  }
}
