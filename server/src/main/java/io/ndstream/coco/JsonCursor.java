package io.ndstream.coco;

import java.io.IOException;

/**
 * A forward walk over one JSON document: names, items, values, byte offsets. Reports repeated
 * member names of what it skips.
 */
final class JsonCursor {
  private static final int SHOWN = 60;

  private final JsonScanner scanner;
  private final Findings findings;

  JsonCursor(JsonScanner scanner, Findings findings) {
    this.scanner = scanner;
    this.findings = findings;
  }

  Findings findings() {
    return findings;
  }

  /** Moves on; null at the end of the document. */
  Token next() throws IOException {
    return scanner.next();
  }

  Token token() {
    return scanner.token();
  }

  boolean at(Token token) {
    return scanner.token() == token;
  }

  /** Name of the next member, standing on its value; null at the end of the object. */
  String nextName() throws IOException {
    return scanner.nextName();
  }

  /** Moves to the next item; false at the end of the array. */
  boolean nextItem() throws IOException {
    return scanner.next() != Token.END_ARRAY;
  }

  /** Byte offset of the current token in the decoded document. */
  long start() {
    return scanner.start();
  }

  /** Byte offset just after the current token. */
  long end() {
    return scanner.end();
  }

  int depth() {
    return scanner.depth();
  }

  /** Leaves a value in the middle: moves on until the containers opened inside depth are closed. */
  void leave(int depth) throws IOException {
    while (depth() > depth) {
      scanner.next();
    }
  }

  boolean atNumber() {
    Token token = scanner.token();
    return token == Token.VALUE_NUMBER_INT || token == Token.VALUE_NUMBER_FLOAT;
  }

  double doubleValue() {
    return scanner.doubleValue();
  }

  /** The text of a string or number, decoded. */
  String text() {
    return scanner.text();
  }

  /** Whether an integer stands here that surely fits 64 bits. */
  boolean atLong() {
    return scanner.atLong();
  }

  /**
   * The value of an integer token.
   *
   * @throws NumberFormatException if it does not fit 64 bits
   */
  long longValue() {
    return scanner.longValue();
  }

  /** What stands here, for a message: {@code an array}, {@code the string "a"}. */
  String found() {
    return at(Token.VALUE_STRING) ? "the string " + quote(text()) : kind();
  }

  /** What sort of value stands here. */
  String kind() {
    Token token = scanner.token();
    if (token == Token.START_OBJECT) {
      return "an object";
    }
    if (token == Token.START_ARRAY) {
      return "an array";
    }
    if (token == Token.VALUE_STRING) {
      return "a string";
    }
    if (token == Token.VALUE_TRUE || token == Token.VALUE_FALSE) {
      return "a boolean";
    }
    return token == Token.VALUE_NULL ? "null" : "a number";
  }

  /** In double quotes, shortened. */
  static String quote(String text) {
    return '"' + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text) + '"';
  }

  /** Passes over the current value. */
  void skip(Where where) throws IOException {
    Token token = scanner.token();
    if (token == Token.START_OBJECT) {
      Keys keys = new Keys();
      for (String name = nextName(); name != null; name = nextName()) {
        Where member = where.key(name);
        requireNew(keys, name, member);
        skip(member);
      }
    } else if (token == Token.START_ARRAY) {
      for (int i = 0; nextItem(); i++) {
        if (scanner.token().isStructStart()) {
          skip(where.item(i));
        }
      }
    }
  }

  /** Reports a repeated name; true if it is the first of its kind. */
  boolean requireNew(Keys keys, String name, Where member) {
    boolean fresh = keys.add(name);
    if (!fresh) {
      findings.error(IssueCode.KEY_DUPLICATE, member, "key " + quote(name) + " appears twice");
    }
    return fresh;
  }
}
