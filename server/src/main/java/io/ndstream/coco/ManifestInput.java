package io.ndstream.coco;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The decoded bytes of a manifest on their way to the JSON parser. Refuses what is not UTF-8 or too
 * large, and takes checksums of blocks, so that rows read again later are known to be the rows that
 * were parsed.
 */
final class ManifestInput extends InputStream {
  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final OutputStream copy;
  private final long limit;
  private final IssueCode limitCode;
  private final String limitMessage;
  private final Utf8Check utf8 = new Utf8Check();
  private final BlockSums.Builder sums = new BlockSums.Builder();
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int filled;
  private long total;
  private boolean ended;

  /**
   * @param copy also gets every byte; may be null
   * @param limit bytes allowed
   * @param limitCode and {@code limitMessage}: what to say about more
   */
  ManifestInput(
      InputStream in, OutputStream copy, long limit, IssueCode limitCode, String limitMessage) {
    this.in = in;
    this.copy = copy;
    this.limit = limit;
    this.limitCode = limitCode;
    this.limitMessage = limitMessage;
  }

  /** Skips a byte order mark; the bytes it takes. */
  int skipMark() throws IOException {
    fill();
    boolean marked =
        filled >= 3
            && buffer[0] == (byte) 0xEF
            && buffer[1] == (byte) 0xBB
            && buffer[2] == (byte) 0xBF;
    position = marked ? 3 : 0;
    return position;
  }

  /** Reads on to the end, so that checksums cover the whole manifest. */
  BlockSums sums() throws IOException {
    while (!ended) {
      fill();
    }
    return sums.build(total);
  }

  @Override
  public int read() throws IOException {
    return available(1) ? buffer[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (!available(length)) {
      return -1;
    }
    int count = Math.min(length, filled - position);
    System.arraycopy(buffer, position, into, offset, count);
    position += count;
    return count;
  }

  private boolean available(int wanted) throws IOException {
    if (position == filled && wanted > 0 && !ended) {
      fill();
    }
    return position < filled || wanted == 0;
  }

  private void fill() throws IOException {
    position = 0;
    filled = 0;
    // full buffers, so that blocks are never split
    while (filled < BUFFER && !ended) {
      int count = in.read(buffer, filled, BUFFER - filled);
      ended = count < 0;
      filled += Math.max(0, count);
    }
    if (total + filled > limit) {
      throw new FatalInput(limitCode, limitMessage);
    }
    int bad = utf8.check(buffer, filled, ended);
    if (bad >= 0) {
      throw new FatalInput(IssueCode.ENCODING, "not valid UTF-8 at byte " + (total + bad));
    }
    sums.add(buffer, filled);
    if (copy != null) {
      copy.write(buffer, 0, filled);
    }
    total += filled;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
