package io.ndstream.coco;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A pull scanner for JSON in Python's dialect, over bytes known to be UTF-8. Every byte of the
 * document is checked, also of what the caller passes over.
 *
 * <p>A manifest is mostly short decimals and a dozen member names. A general parser copies each
 * number into a text and looks it up again; here its digits are added up on the way and divided by
 * a power of ten, which is exact below 2^53, and names come from a small table. That, and few
 * methods for the compiler to get through in the first second of a process, is why this exists;
 * Jackson is its judge in the tests.
 */
final class JsonScanner {
  private static final int BUFFER = 1 << 16;

  /** Not a byte: those are -128 to 127 here. */
  private static final int EOF = -1000;

  private static final int MAX_NUMBER = 1000;
  private static final int EXACT_DIGITS = 18;
  private static final long EXACT_MANTISSA = 1L << 53;

  /** The powers of ten that are doubles. */
  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18
  };

  /** What may come next. */
  private enum State {
    ROOT,
    FIRST_ITEM,
    NEXT_ITEM,
    FIRST_NAME,
    NEXT_NAME,
    MEMBER,
    END
  }

  private final InputStream in;
  private final Limits limits;
  private final JsonNames names;
  private byte[] buffer;
  private int position;
  private int filled;

  /** Byte offset of {@code buffer[0]} in the document. */
  private long base;

  private boolean[] objects = new boolean[16];
  private int depth;
  private State state = State.ROOT;
  private Token token;
  private long start;
  private boolean escaped;
  private String name;

  private boolean negative;
  private long mantissa;
  private int digits;
  private int scale;
  private boolean plain;

  /**
   * @param skipped bytes of the document before those of {@code in}
   */
  JsonScanner(InputStream in, int skipped, Limits limits) {
    this.in = in;
    this.names = new JsonNames(JsonNames.OF_DOCUMENT);
    this.limits = limits;
    this.base = skipped;
    this.buffer = new byte[BUFFER];
  }

  /** Scans the first value in {@code bytes}; what follows it is not looked at. */
  JsonScanner(byte[] bytes, Limits limits) {
    this.in = null;
    this.names = new JsonNames(JsonNames.OF_VALUE);
    this.limits = limits;
    this.buffer = bytes;
    this.filled = bytes.length;
  }

  Token token() {
    return token;
  }

  /** Byte offset of the current token. */
  long start() {
    return start;
  }

  /** Byte offset just after the current token. */
  long end() {
    return base + position;
  }

  /** Containers open around the current token, one that just started included. */
  int depth() {
    return depth;
  }

  /** Moves on; null at the end of the document. */
  Token next() throws IOException {
    int c = nonSpace();
    switch (state) {
      case ROOT:
        return c == EOF ? null : value(c);
      case END:
        if (c == EOF) {
          return null;
        }
        throw FatalInput.syntax("unexpected data after the document", end() - 1);
      case FIRST_ITEM:
        return c == ']' ? close(Token.END_ARRAY) : value(c);
      case NEXT_ITEM:
        if (c == ']') {
          return close(Token.END_ARRAY);
        }
        require(c, ',', "\",\" or \"]\"");
        return value(nonSpace());
      case MEMBER:
        return value(c);
      default:
        return member(c);
    }
  }

  /** Name of the next member, standing on its value; null at the end of the object. */
  String nextName() throws IOException {
    boolean later = state == State.NEXT_NAME;
    int length = names.guess(buffer, position, filled, later);
    if (length > 0) {
      position += length;
      name = names.last();
      value(nonSpace());
      return name;
    }
    long from = end();
    if (member(nonSpace()) == Token.END_OBJECT) {
      return null;
    }
    String found = name;
    int c = nonSpace();
    if (from >= base) {
      names.learn(buffer, (int) (from - base), position - 1, later);
    }
    value(c);
    return found;
  }

  /** The text of a string or number, decoded. */
  String text() {
    int from = (int) (start - base);
    if (token != Token.VALUE_STRING) {
      return new String(buffer, from, position - from, StandardCharsets.US_ASCII);
    }
    return escaped
        ? JsonNames.unescape(buffer, from + 1, position - 1)
        : new String(buffer, from + 1, position - from - 2, StandardCharsets.UTF_8);
  }

  /** The value of a number. */
  double doubleValue() {
    if (plain && digits <= EXACT_DIGITS && mantissa < EXACT_MANTISSA) {
      double value = scale == 0 ? mantissa : mantissa / POWERS[scale];
      return negative ? -value : value;
    }
    return Double.parseDouble(text());
  }

  /** Whether an integer stands here that surely fits 64 bits. */
  boolean atLong() {
    return token == Token.VALUE_NUMBER_INT && digits <= EXACT_DIGITS;
  }

  /**
   * The value of an integer.
   *
   * @throws NumberFormatException if it does not fit 64 bits
   */
  long longValue() {
    if (digits <= EXACT_DIGITS) {
      return negative ? -mantissa : mantissa;
    }
    return Long.parseLong(text());
  }

  private Token member(int first) throws IOException {
    int c = first;
    if (c == '}') {
      return close(Token.END_OBJECT);
    }
    if (state == State.NEXT_NAME) {
      require(c, ',', "\",\" or \"}\"");
      c = nonSpace();
    }
    require(c, '"', "a member name");
    start = end() - 1;
    string();
    int from = (int) (start - base) + 1;
    name = names.get(buffer, from, position - 1, escaped);
    require(nonSpace(), ':', "\":\"");
    state = State.MEMBER;
    return token = Token.FIELD_NAME;
  }

  private Token value(int c) throws IOException {
    start = end() - 1;
    switch (c) {
      case '{':
        return open(true);
      case '[':
        return open(false);
      case '"':
        string();
        return ended(Token.VALUE_STRING);
      case 't':
        return literal("rue", Token.VALUE_TRUE);
      case 'f':
        return literal("alse", Token.VALUE_FALSE);
      case 'n':
        return literal("ull", Token.VALUE_NULL);
      case 'N':
        plain = false;
        return literal("aN", Token.VALUE_NUMBER_FLOAT);
      case 'I':
        plain = false;
        return literal("nfinity", Token.VALUE_NUMBER_FLOAT);
      default:
        return number(c);
    }
  }

  private Token open(boolean object) throws FatalInput {
    if (depth == limits.nesting()) {
      throw new FatalInput(IssueCode.DEPTH, "nesting deeper than " + limits.nesting());
    }
    if (depth == objects.length) {
      objects = Arrays.copyOf(objects, depth * 2);
    }
    objects[depth++] = object;
    state = object ? State.FIRST_NAME : State.FIRST_ITEM;
    return token = object ? Token.START_OBJECT : Token.START_ARRAY;
  }

  private Token close(Token end) {
    start = end() - 1;
    depth--;
    return ended(end);
  }

  private Token ended(Token value) {
    state = depth == 0 ? State.END : objects[depth - 1] ? State.NEXT_NAME : State.NEXT_ITEM;
    return token = value;
  }

  private Token literal(String rest, Token value) throws IOException {
    for (int i = 0; i < rest.length(); i++) {
      require(read(), rest.charAt(i), "a value");
    }
    return ended(value);
  }

  private Token number(int first) throws IOException {
    int c = first;
    negative = c == '-';
    if (negative) {
      c = read();
      if (c == 'I') {
        plain = false;
        return literal("nfinity", Token.VALUE_NUMBER_FLOAT);
      }
    }
    mantissa = 0;
    digits = 0;
    scale = 0;
    plain = true;
    boolean zero = c == '0';
    c = digits(c);
    if (zero && digits > 1) {
      throw FatalInput.syntax("a number starts with a zero", start);
    }
    boolean integer = true;
    if (c == '.') {
      integer = false;
      int before = digits;
      c = digits(read());
      scale = digits - before;
    }
    if (c == 'e' || c == 'E') {
      integer = false;
      plain = false;
      c = read();
      c = digits(c == '+' || c == '-' ? read() : c);
    }
    if (c != EOF) {
      position--;
    }
    if (end() - start > MAX_NUMBER) {
      throw new FatalInput(
          IssueCode.NUMBER_RANGE, "a number of " + (end() - start) + " characters");
    }
    return ended(integer ? Token.VALUE_NUMBER_INT : Token.VALUE_NUMBER_FLOAT);
  }

  /** Takes digits, one at least; what comes after them. */
  private int digits(int first) throws IOException {
    int c = first;
    if (c < '0' || c > '9') {
      throw unexpected(c, "a value");
    }
    long sum = mantissa;
    int count = digits;
    do {
      sum = sum * 10 + (c - '0');
      count++;
      byte[] bytes = buffer;
      int at = position;
      int end = filled;
      // the loop proper: on local variables, for this is where the time goes before the compiler
      // has looked at anything
      while (at < end && (c = bytes[at++]) >= '0' && c <= '9') {
        sum = sum * 10 + (c - '0');
        count++;
      }
      position = at;
      if (c >= '0' && c <= '9') {
        c = read();
      }
    } while (c >= '0' && c <= '9' && count <= MAX_NUMBER);
    mantissa = sum;
    digits = count;
    return c;
  }

  /** Scans a string after its opening quote. */
  private void string() throws IOException {
    escaped = false;
    while (true) {
      byte[] bytes = buffer;
      int at = position;
      int end = filled;
      int c = EOF;
      while (at < end && isPlain(c = bytes[at++])) {
        c = EOF;
      }
      position = at;
      c = c == EOF ? read() : c;
      if (c == '"') {
        return;
      }
      if (c == '\\') {
        escaped = true;
        escape(read());
      } else if (c == EOF) {
        throw unexpected(c, "the end of a string");
      } else if (!isPlain(c)) {
        throw FatalInput.syntax("a control character in a string", end() - 1);
      }
    }
  }

  private static boolean isPlain(int c) {
    return c != '"' && c != '\\' && (c >= ' ' || c < 0);
  }

  private void escape(int c) throws IOException {
    if (c == 'u') {
      for (int i = 0; i < 4; i++) {
        int digit = read();
        if (digit < 0 || Character.digit(digit, 16) < 0) {
          throw unexpected(digit, "a hexadecimal digit");
        }
      }
    } else if (c < 0 || "\"\\/bfnrt".indexOf(c) < 0) {
      throw unexpected(c, "an escape");
    }
  }

  private int nonSpace() throws IOException {
    if (position + 1 < filled) {
      // almost always no space or one
      int c = buffer[position++];
      if (c == ' ') {
        c = buffer[position++];
      }
      if (c > ' ') {
        return c;
      }
      position--;
    }
    while (true) {
      if (position == filled) {
        start = end();
      }
      int c = position < filled ? buffer[position++] : read();
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return c;
      }
    }
  }

  /** The next byte, or {@link #EOF}. Bytes from {@link #start} on stay in the buffer. */
  private int read() throws IOException {
    if (position == filled && !refill()) {
      return EOF;
    }
    return buffer[position++];
  }

  private boolean refill() throws IOException {
    if (in == null) {
      return false;
    }
    int keep = (int) (start - base);
    System.arraycopy(buffer, keep, buffer, 0, filled - keep);
    base += keep;
    position -= keep;
    filled -= keep;
    if (filled > limits.stringLength()) {
      throw new FatalInput(
          IssueCode.JSON_SYNTAX, "a string is longer than " + limits.stringLength() + " bytes");
    }
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, filled * 2);
    }
    int count = in.read(buffer, filled, buffer.length - filled);
    filled += Math.max(0, count);
    return count > 0;
  }

  private void require(int c, int wanted, String what) throws FatalInput {
    if (c != wanted) {
      throw unexpected(c, what);
    }
  }

  private FatalInput unexpected(int c, String wanted) {
    return c == EOF
        ? FatalInput.syntax("unexpected end of input", end())
        : FatalInput.unexpected((byte) c, wanted, end() - 1);
  }
}
