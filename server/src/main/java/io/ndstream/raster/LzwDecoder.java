package io.ndstream.raster;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * TIFF's LZW: codes of 9 to 12 bits, most significant bit first, widened one code early. Every
 * string of the table is a piece of what has been written already, so the table holds positions,
 * and a string is one copy. The output begins with the 256 strings of one byte, so that they are
 * copied like all others. Owned by one thread.
 */
final class LzwDecoder implements Decompressor {
  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int FIRST = 258;
  private static final int SIZE = 4096;
  private static final int MIN_WIDTH = 9;
  private static final int MAX_WIDTH = 12;
  private static final int LITERALS = 256;

  /** Codes and short strings are read eight bytes at a time. */
  private static final int WORD = Long.BYTES;

  private static final VarHandle BIG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle NATIVE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** Of every code where its string lies in the text, times 2^16, plus the string's length. */
  private final long[] strings = new long[SIZE];

  private byte[] data = new byte[0];
  private byte[] text = new byte[0];

  LzwDecoder() {
    for (int i = 0; i < LITERALS; i++) {
      strings[i] = string(i, 1);
    }
  }

  @Override
  public void decode(ByteBuffer in, byte[] out, int wanted) throws IOException {
    makeRoom(in.limit(), wanted);
    in.get(0, data, 0, in.limit());
    decode(data, in.limit() * (long) Byte.SIZE, text, LITERALS + wanted, strings);
    System.arraycopy(text, LITERALS, out, 0, wanted);
  }

  /** Both arrays have room for what is read or copied past their ends. */
  private void makeRoom(int read, int written) {
    if (data.length < read + WORD) {
      data = new byte[read + read / 4 + WORD];
    }
    int needed = LITERALS + written + SIZE + WORD;
    if (text.length < needed) {
      text = new byte[needed];
      for (int i = 0; i < LITERALS; i++) {
        text[i] = (byte) i;
      }
    }
  }

  /**
   * Decodes until the text has {@code end} bytes or a few more. What the loop uses is handed in, as
   * the compiler reads fields again after every store.
   */
  private static void decode(byte[] data, long bits, byte[] text, int end, long[] strings)
      throws IOException {
    long at = 0;
    int to = LITERALS;
    int width = MIN_WIDTH;
    int next = FIRST;
    int previous = -1;
    while (to < end) {
      if (at + width > bits) {
        throw new IOException("LZW data end early");
      }
      int code = code(data, at, width);
      at += width;
      if (code == CLEAR) {
        width = MIN_WIDTH;
        next = FIRST;
        previous = -1;
        continue;
      }
      if (previous >= 0 && next < SIZE) { // the string before, and the first byte of this one
        strings[next++] = string(previous, to - previous + 1);
        if (next + 1 == 1 << width && width < MAX_WIDTH) {
          width++;
        }
      }
      if (code == END || code >= next) {
        throw new IOException(code == END ? "LZW data end early" : "LZW code out of range");
      }
      previous = to;
      to = copy(text, (int) (strings[code] >>> 16), to, (int) strings[code] & 0xffff);
    }
  }

  private static long string(int position, int length) {
    return (long) position << 16 | length;
  }

  private static int code(byte[] data, long at, int width) {
    long word = (long) BIG.get(data, (int) (at >>> 3)) << (at & 7);
    return (int) (word >>> Long.SIZE - width);
  }

  /**
   * Where the copy ends. Most strings are short: one word holds them, and more, which is harmless.
   */
  private static int copy(byte[] text, int from, int to, int count) {
    if (from + count > to) { // the code just made: its string ends with its own first byte
      System.arraycopy(text, from, text, to, count - 1);
      text[to + count - 1] = text[from];
    } else if (count <= WORD) {
      NATIVE.set(text, to, (long) NATIVE.get(text, from));
    } else {
      System.arraycopy(text, from, text, to, count);
    }
    return to + count;
  }
}
