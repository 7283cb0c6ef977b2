package io.ndstream.coco;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import java.io.Closeable;
import java.io.IOException;

/** A forward walk over one JSON document: names, items, values, byte offsets. Reports repeated member names of what it skips. */
final class JsonCursor implements Closeable {
  private static final int SHOWN = 60;
  /** No decimal of fewer characters and without an exponent can overflow a double. */
  private static final int SURELY_FINITE = 300;

  private final JsonParser parser;
  private final Findings findings;
  private final int skipped;

  /**
   * @param skipped bytes of the document before those the parser sees
   */
  JsonCursor(JsonParser parser, Findings findings, int skipped) {
    this.parser = parser;
    this.findings = findings;
    this.skipped = skipped;
  }

  Findings findings() {
    return findings;
  }

  /** Moves on; null at the end of the document. */
  JsonToken next() throws IOException {
    return parser.nextToken();
  }

  JsonToken token() {
    return parser.currentToken();
  }

  boolean at(JsonToken token) {
    return parser.currentToken() == token;
  }

  /** Name of the next member, standing on its value; null at the end of the object. */
  String nextName() throws IOException {
    String name = parser.nextFieldName();
    if (name != null) {
      parser.nextToken();
    }
    return name;
  }

  /** Moves to the next item; false at the end of the array. */
  boolean nextItem() throws IOException {
    return parser.nextToken() != JsonToken.END_ARRAY;
  }

  /** Byte offset of the current token in the decoded document. */
  long start() {
    return skipped + parser.currentTokenLocation().getByteOffset();
  }

  /** Byte offset just after the current token. */
  long end() {
    return skipped + parser.currentLocation().getByteOffset();
  }

  int depth() {
    return parser.getParsingContext().getNestingDepth();
  }

  /** Leaves a value in the middle: moves on until the containers opened inside depth are closed. */
  void leave(int depth) throws IOException {
    while (depth() > depth) {
      parser.nextToken();
    }
  }

  boolean atNumber() {
    JsonToken token = parser.currentToken();
    return token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
  }

  double doubleValue() throws IOException {
    return parser.getDoubleValue();
  }

  /** The text of a string or number, decoded. */
  String text() throws IOException {
    return parser.getText();
  }

  /** The value of an integer token, or throws if it does not fit 64 bits. */
  long longValue() throws IOException, InputCoercionException {
    return parser.getLongValue();
  }

  /** True if the number here cannot be NaN or infinite, as its text shows: short, digits, no exponent. Cheaper than decoding it. */
  boolean surelyFinite() throws IOException {
    int length = parser.getTextLength();
    if (length > SURELY_FINITE) {
      return false;
    }
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      return true;
    }
    char[] text = parser.getTextCharacters();
    int start = parser.getTextOffset();
    for (int i = start; i < start + length; i++) {
      if (text[i] > '9') {
        return false;
      }
    }
    return true;
  }

  /** What stands here, for a message: {@code an array}, {@code the string "a"}. */
  String found() throws IOException {
    return at(JsonToken.VALUE_STRING) ? "the string " + quote(text()) : kind();
  }

  /** What sort of value stands here. */
  String kind() {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return "an object";
    }
    if (token == JsonToken.START_ARRAY) {
      return "an array";
    }
    if (token == JsonToken.VALUE_STRING) {
      return "a string";
    }
    if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
      return "a boolean";
    }
    return token == JsonToken.VALUE_NULL ? "null" : "a number";
  }

  /** In double quotes, shortened. */
  static String quote(String text) {
    return '"' + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text) + '"';
  }

  /** Passes over the current value. */
  void skip(Where where) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Keys keys = new Keys();
      for (String name = nextName(); name != null; name = nextName()) {
        Where member = where.key(name);
        requireNew(keys, name, member);
        skip(member);
      }
    } else if (token == JsonToken.START_ARRAY) {
      for (int i = 0; nextItem(); i++) {
        if (parser.currentToken().isStructStart()) {
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

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
