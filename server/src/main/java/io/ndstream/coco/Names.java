package io.ndstream.coco;

import java.io.IOException;

/** Reads members that are names or other short texts. */
final class Names {
  private Names() {}

  /**
   * A name: not made of slashes alone; not empty either, unless the findings let that pass.
   *
   * @return null for JSON null
   */
  static String read(JsonCursor cursor, Where where, String member, Findings findings)
      throws IOException, BadValue {
    String name = text(cursor, where, member, IssueCode.NAME_INVALID);
    if (name != null && name.isEmpty()) {
      findings.degenerate(IssueCode.NAME_INVALID, where, member + " is empty");
    } else if (name != null && name.chars().allMatch(c -> c == '/')) {
      throw new BadValue(
          IssueCode.NAME_INVALID, where, member + " may not be " + JsonCursor.quote(name));
    }
    return name;
  }

  /**
   * Any string.
   *
   * @param code of the issue if it is none
   * @return null for JSON null
   */
  static String text(JsonCursor cursor, Where where, String member, IssueCode code)
      throws IOException, BadValue {
    if (cursor.at(Token.VALUE_STRING)) {
      return cursor.text();
    }
    if (cursor.at(Token.VALUE_NULL)) {
      return null;
    }
    throw new BadValue(code, where, member + " must be a string, found " + cursor.kind());
  }

  /** A string if there is one; anything else is passed over, for nothing depends on it. */
  static String ifText(JsonCursor cursor, Where where) throws IOException {
    if (cursor.at(Token.VALUE_STRING)) {
      return cursor.text();
    }
    cursor.skip(where);
    return null;
  }
}
