package io.ndstream.coco;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Strings of JSON, decoded. Member names come again and again, so the last ones are kept; and in
 * the same order with the same spaces, so each remembers the bytes that led from its value to the
 * next one's.
 */
final class JsonNames {
  /** Names that are kept of a document, about. A power of two, as is the other. */
  static final int OF_DOCUMENT = 256;

  /** Of a single value: few names, and a table that is soon made. */
  static final int OF_VALUE = 16;

  private static final int LONGEST = 64;
  private static final int NOWHERE = -1;

  private final byte[][] keys;
  private final String[] names;
  private final Lead[] leads;
  private String last;

  /** Slots of the last name and the one before; {@link #NOWHERE} for a name that is not kept. */
  private int slot;

  private int before = NOWHERE;

  /**
   * @param kept {@link #OF_DOCUMENT} or {@link #OF_VALUE}
   */
  JsonNames(int kept) {
    this.keys = new byte[kept][];
    this.names = new String[kept];
    this.leads = new Lead[kept];
  }

  /**
   * What stands between two values of an object, or before its first.
   *
   * @param bytes from after the value before to the value: comma, spaces, name, colon
   * @param later whether there is a value before in the object
   * @param slot of the name
   */
  private record Lead(byte[] bytes, boolean later, String name, int slot) {}

  /**
   * Tries what came after the last name the time before.
   *
   * @param from first byte after the value before
   * @param later whether there is one in the object
   * @return number of bytes up to the value; 0 if something else stands here
   */
  int guess(byte[] bytes, int from, int to, boolean later) {
    Lead lead = slot == NOWHERE ? null : leads[slot];
    if (lead == null || lead.later != later || from + lead.bytes.length >= to) {
      return 0;
    }
    int length = lead.bytes.length;
    if (!Arrays.equals(lead.bytes, 0, length, bytes, from, from + length)) {
      return 0;
    }
    slot = lead.slot;
    last = lead.name;
    return length;
  }

  /** Remembers what led to the name last got, well-formed as it was. */
  void learn(byte[] bytes, int from, int to, boolean later) {
    if (before != NOWHERE && slot != NOWHERE && to - from <= 2 * LONGEST) {
      leads[before] = new Lead(Arrays.copyOfRange(bytes, from, to), later, last, slot);
    }
  }

  /** The name last guessed. */
  String last() {
    return last;
  }

  /** The string of the bytes between its quotes. */
  String get(byte[] bytes, int from, int to, boolean escaped) {
    before = slot;
    slot = NOWHERE;
    if (escaped) {
      return unescape(bytes, from, to);
    }
    if (to - from > LONGEST) {
      return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
    int hash = to - from;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + bytes[i];
    }
    slot = (hash ^ hash >>> 15) & keys.length - 1;
    byte[] key = keys[slot];
    if (key == null || !Arrays.equals(key, 0, key.length, bytes, from, to)) {
      keys[slot] = Arrays.copyOfRange(bytes, from, to);
      // interned, so that a switch over names compares references
      names[slot] = new String(bytes, from, to - from, StandardCharsets.UTF_8).intern();
    }
    last = names[slot];
    return last;
  }

  /** Decodes escapes that are known to be well formed. */
  static String unescape(byte[] bytes, int from, int to) {
    String raw = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    StringBuilder text = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\') {
        text.append(c);
      } else if (raw.charAt(++i) == 'u') {
        text.append((char) Integer.parseInt(raw.substring(i + 1, i + 5), 16));
        i += 4;
      } else {
        int plain = "bfnrt".indexOf(raw.charAt(i));
        text.append(plain < 0 ? raw.charAt(i) : "\b\f\n\r\t".charAt(plain));
      }
    }
    return text.toString();
  }
}
