package io.ndstream.raster;

import java.io.IOException;

/**
 * TIFF's LZW: codes of 9 to 12 bits, most significant bit first, widened one code early. Every
 * string of the table is a piece of what has been written already, so the table holds positions,
 * and a string is one copy. Owned by one thread.
 */
final class LzwDecoder {
  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int FIRST = 258;
  private static final int SIZE = 4096;

  private final int[] start = new int[SIZE];
  private final int[] length = new int[SIZE];

  /**
   * Decodes until {@code wanted} bytes are there.
   *
   * @throws IOException if the data end early or make no sense
   */
  void decode(byte[] in, int inLength, byte[] out, int wanted) throws IOException {
    long bits = 0;
    int held = 0;
    int at = 0;
    int to = 0;
    int width = 9;
    int next = FIRST;
    int previousStart = -1;
    int previousLength = 0;
    while (to < wanted) {
      while (held < width) {
        if (at >= inLength) {
          throw new IOException("LZW data end early");
        }
        bits = bits << 8 | in[at++] & 0xff;
        held += 8;
      }
      held -= width;
      int code = (int) (bits >>> held) & (1 << width) - 1;
      if (code == CLEAR) {
        width = 9;
        next = FIRST;
        previousStart = -1;
        continue;
      }
      if (code == END) {
        throw new IOException("LZW data end early");
      }
      int begin = to;
      if (code < CLEAR) {
        out[to++] = (byte) code;
      } else if (code < next || code == next && previousStart >= 0) {
        int from = code < next ? start[code] : previousStart;
        int count = code < next ? length[code] : previousLength + 1;
        to = copy(out, from, to, Math.min(count, wanted - to));
      } else {
        throw new IOException("LZW code out of range");
      }
      if (previousStart >= 0 && next < SIZE) {
        start[next] = previousStart;
        length[next] = previousLength + 1;
        next++;
        if (next + 1 >= 1 << width && width < 12) {
          width++;
        }
      }
      previousStart = begin;
      previousLength = to - begin;
    }
  }

  /** May overlap by design: the string of a code just made repeats its own first byte. */
  private static int copy(byte[] out, int from, int to, int count) {
    if (count > 32 && from + count <= to) {
      System.arraycopy(out, from, out, to, count);
      return to + count;
    }
    for (int i = 0; i < count; i++) {
      out[to + i] = out[from + i];
    }
    return to + count;
  }
}
