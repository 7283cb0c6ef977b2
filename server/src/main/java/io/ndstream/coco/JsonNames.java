package io.ndstream.coco;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Strings of JSON, decoded. Member names come again and again, so the last ones are kept; and in the same order, so each remembers which
 * one followed it.
 */
final class JsonNames {
  private static final int SLOTS = 256;
  private static final int LONGEST = 64;

  private final byte[][] keys = new byte[SLOTS][];
  private final String[] names = new String[SLOTS];
  private final int[] followers = new int[SLOTS];
  private int last;

  /**
   * Tries the name that came after the last one before.
   *
   * @param from first byte after the opening quote
   * @return its length if it stands here with its closing quote, else 0
   */
  int guess(byte[] bytes, int from, int to) {
    int slot = followers[last];
    byte[] key = keys[slot];
    if (key == null || from + key.length >= to || bytes[from + key.length] != '"') {
      return 0;
    }
    for (int i = 0; i < key.length; i++) {
      if (bytes[from + i] != key[i]) {
        return 0;
      }
    }
    last = slot;
    return key.length;
  }

  /** The name last guessed. */
  String last() {
    return names[last];
  }

  /** The string of the bytes between its quotes. */
  String get(byte[] bytes, int from, int to, boolean escaped) {
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
    int slot = (hash ^ hash >>> 15) & SLOTS - 1;
    byte[] key = keys[slot];
    if (key == null || !Arrays.equals(key, 0, key.length, bytes, from, to)) {
      keys[slot] = Arrays.copyOfRange(bytes, from, to);
      // interned, so that a switch over names compares references
      names[slot] = new String(bytes, from, to - from, StandardCharsets.UTF_8).intern();
    }
    followers[last] = slot;
    last = slot;
    return names[slot];
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
