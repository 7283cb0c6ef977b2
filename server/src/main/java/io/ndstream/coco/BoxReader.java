package io.ndstream.coco;

import java.io.IOException;

/** Reads {@code bbox}: left, top, width, height. */
final class BoxReader {
  private static final String[] NAMES = {"x", "y", "width", "height"};

  private BoxReader() {}

  /**
   * @param into 4 values, written if the result is true
   * @return false for JSON null, which is reported
   */
  static boolean read(JsonCursor cursor, Where row, double[] into) throws IOException, BadValue {
    if (!cursor.at(Token.START_ARRAY)) {
      Where where = row.key("bbox");
      if (!cursor.at(Token.VALUE_NULL)) {
        throw new BadValue(
            IssueCode.BBOX, where, "expected an array of 4 numbers, found " + cursor.kind());
      }
      cursor.findings().warn(IssueCode.BBOX, where, "bbox is null; treated as missing");
      return false;
    }
    int count = 0;
    int odd = -1;
    String oddValue = null;
    for (; cursor.nextItem(); count++) {
      if (cursor.atNumber()) {
        if (count < 4) {
          into[count] = cursor.doubleValue();
        }
      } else {
        oddValue = odd < 0 ? cursor.found() : oddValue;
        odd = odd < 0 ? count : odd;
        cursor.skip(row);
      }
    }
    check(cursor.findings(), row, into, count, odd, oddValue);
    return true;
  }

  private static void check(
      Findings findings, Where row, double[] box, int count, int odd, String oddValue)
      throws BadValue {
    if (count != 4) {
      throw new BadValue(IssueCode.BBOX, row.key("bbox"), "expected 4 numbers, found " + count);
    }
    if (odd >= 0) {
      throw new BadValue(
          IssueCode.BBOX, row.key("bbox").item(odd), "expected a number, found " + oddValue);
    }
    for (int i = 0; i < 4; i++) {
      if (!Double.isFinite(box[i])) {
        String what = Double.isNaN(box[i]) ? "NaN" : "infinite";
        throw new BadValue(IssueCode.BBOX, row.key("bbox"), NAMES[i] + " is " + what);
      }
      if (i >= 2 && box[i] < 0) {
        findings.degenerate(
            IssueCode.BBOX, row.key("bbox"), NAMES[i] + " " + shown(box[i]) + " is negative");
      }
    }
  }

  private static String shown(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
