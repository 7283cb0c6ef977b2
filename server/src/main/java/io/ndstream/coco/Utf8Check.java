package io.ndstream.coco;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Strict UTF-8: no overlong forms, no surrogates, nothing past U+10FFFF. Keeps the state of a
 * character split between buffers.
 */
final class Utf8Check {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final int STEP = 32;

  /** Continuation bytes still due, and the bounds of the next one. */
  private int due;

  private int low = 0x80;
  private int high = 0xBF;

  /**
   * @return position of the first bad byte, or -1; {@code length} if the text ends inside a
   *     character
   */
  int check(byte[] bytes, int length, boolean last) {
    int at = 0;
    while (at < length) {
      if (due == 0 && at + STEP <= length && isAscii(bytes, at)) {
        at += STEP;
      } else if (accepts(bytes[at] & 0xff)) {
        at++;
      } else {
        return at;
      }
    }
    return last && due > 0 ? length : -1;
  }

  private static boolean isAscii(byte[] bytes, int at) {
    long first = (long) LONGS.get(bytes, at) | (long) LONGS.get(bytes, at + 8);
    long second = (long) LONGS.get(bytes, at + 16) | (long) LONGS.get(bytes, at + 24);
    return ((first | second) & HIGH_BITS) == 0;
  }

  private boolean accepts(int b) {
    if (due > 0) {
      boolean good = b >= low && b <= high;
      due--;
      low = 0x80;
      high = 0xBF;
      return good;
    }
    if (b < 0x80) {
      return true;
    }
    if (b < 0xC2 || b > 0xF4) {
      return false;
    }
    due = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
    low = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
    high = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
    return true;
  }
}
