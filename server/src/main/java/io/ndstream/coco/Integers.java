package io.ndstream.coco;

import java.math.BigDecimal;

/** Reads members that must be whole numbers. */
final class Integers {
  private Integers() {}

  /**
   * The value the cursor stands on. A fraction of 0, such as {@code 2.0}, is accepted with a
   * warning.
   *
   * @param code of the issue if it is no integer
   * @return null for JSON null
   */
  static Long read(JsonCursor cursor, Where where, String name, IssueCode code) throws BadValue {
    if (cursor.at(Token.VALUE_NUMBER_INT)) {
      return ofInt(cursor, where, name);
    }
    if (cursor.at(Token.VALUE_NUMBER_FLOAT)) {
      return ofFraction(cursor, where, name, code);
    }
    if (cursor.at(Token.VALUE_NULL)) {
      return null;
    }
    throw new BadValue(code, where, name + " must be an integer, found " + cursor.found());
  }

  /**
   * As {@link #read}, of a member of {@code row}: its place is made only if there is something to
   * say about it.
   */
  static Long member(JsonCursor cursor, Where row, String name, IssueCode code) throws BadValue {
    return cursor.atLong() ? (Long) cursor.longValue() : read(cursor, row.key(name), name, code);
  }

  private static long ofInt(JsonCursor cursor, Where where, String name) throws BadValue {
    try {
      return cursor.longValue();
    } catch (NumberFormatException tooLarge) {
      throw new BadValue(
          IssueCode.NUMBER_RANGE, where, name + " " + cursor.text() + " does not fit 64 bits");
    }
  }

  private static long ofFraction(JsonCursor cursor, Where where, String name, IssueCode code)
      throws BadValue {
    double value = cursor.doubleValue();
    if (!Double.isFinite(value) || value != Math.rint(value)) {
      throw new BadValue(code, where, name + " " + cursor.text() + " is not an integer");
    }
    // 2^63 is the first double past the largest long
    if (value < -0x1p63 || value >= 0x1p63) {
      throw new BadValue(
          IssueCode.NUMBER_RANGE, where, name + " " + cursor.text() + " does not fit 64 bits");
    }
    cursor.findings().warn(code, where, name + " " + cursor.text() + " is written as a fraction");
    return new BigDecimal(cursor.text()).longValue();
  }

  /**
   * A number of pixels or bands, a member of {@code row}.
   *
   * @return 0 for JSON null
   */
  static int size(JsonCursor cursor, Where row, String name) throws BadValue {
    Long value = member(cursor, row, name, IssueCode.SIZE);
    if (value == null) {
      return 0;
    }
    if (value <= 0) {
      throw new BadValue(
          IssueCode.SIZE,
          row.key(name),
          name + " is " + value + "; sizes must be positive integers");
    }
    if (value > Integer.MAX_VALUE) {
      throw new BadValue(
          IssueCode.SIZE,
          row.key(name),
          name + " is " + value + "; the largest size is " + Integer.MAX_VALUE);
    }
    return value.intValue();
  }
}
