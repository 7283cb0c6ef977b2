package io.ndstream.coco;

import java.io.IOException;
import java.util.Arrays;

/**
 * The runs of one mask as they are read, from numbers or packed text. When only checking, nothing
 * is stored.
 */
final class RunLengths {
  private static final int MORE = 0x20;
  private static final int SIGN = 0x10;

  /** Groups of 5 bits that fill 64 bits. */
  private static final int MAX_GROUPS = 13;

  private final boolean keep;
  private final Where where;
  private int[] counts;
  private int count;
  private long sum;

  RunLengths(boolean keep, Where where) {
    this.keep = keep;
    this.where = where;
    this.counts = new int[keep ? 64 : 0];
  }

  /** Pixels covered. */
  long sum() {
    return sum;
  }

  int[] counts() {
    return Arrays.copyOf(counts, keep ? count : 0);
  }

  /** Reads an array of runs. */
  void readArray(JsonCursor cursor) throws IOException, BadValue {
    while (cursor.nextItem()) {
      if (!cursor.at(Token.VALUE_NUMBER_INT)) {
        throw bad("counts[" + count + "] is not an integer: " + cursor.found());
      }
      String name = "counts[" + count + "]";
      add(Integers.read(cursor, where, name, IssueCode.SEG_RLE));
    }
  }

  /**
   * Reads packed text: little-endian groups of 5 bits, from the fourth value on as differences to
   * the value two places earlier.
   */
  void readText(String text) throws BadValue {
    long[] previous = new long[2];
    int at = 0;
    while (at < text.length()) {
      long value = 0;
      boolean more = true;
      for (int group = 0; more; group++) {
        if (at == text.length()) {
          throw bad("counts ends in the middle of a number");
        }
        if (group == MAX_GROUPS) {
          throw bad("counts[" + count + "] does not fit 64 bits");
        }
        int bits = group(text.charAt(at++));
        value |= (long) (bits & 0x1f) << 5 * group;
        more = (bits & MORE) != 0;
        if (!more && (bits & SIGN) != 0 && group < MAX_GROUPS - 1) {
          value |= -1L << 5 * (group + 1);
        }
      }
      if (count > 2) {
        value += previous[count & 1];
      }
      previous[count & 1] = value;
      add(value);
    }
  }

  private int group(char c) throws BadValue {
    int bits = c - '0';
    if (bits < 0 || bits > 63) {
      throw bad(
          "counts contains the character "
              + JsonCursor.quote(String.valueOf(c))
              + " (allowed: \"0\" to \"o\")");
    }
    return bits;
  }

  private void add(long run) throws BadValue {
    if (run < 0) {
      throw bad("counts[" + count + "] is negative");
    }
    if (run > Integer.MAX_VALUE) {
      throw bad("counts[" + count + "] is longer than any mask: " + run);
    }
    if (keep) {
      if (count == counts.length) {
        counts = Arrays.copyOf(counts, count * 2);
      }
      counts[count] = (int) run;
    }
    sum += run;
    count++;
  }

  private BadValue bad(String message) {
    return new BadValue(IssueCode.SEG_RLE, where, message);
  }
}
