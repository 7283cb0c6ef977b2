package io.ndstream.coco;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads parts of the decoded manifest again. Every block is held against its checksum, so the bytes
 * are those that were parsed, or the caller learns that the file has changed. Reads rather than
 * maps: a mapped file that is truncated kills the process.
 *
 * <p>A {@code FileChannel} would close under the first interrupted reader; a {@code
 * RandomAccessFile} does not, at the price of a lock for the microseconds of a read.
 */
final class Source implements Closeable {
  private static final int PART = 1 << 20;

  private final Path name;
  private final RandomAccessFile file;
  private final BlockSums sums;

  /**
   * @param name for messages
   * @param file of the decoded JSON; owned and closed by this object
   */
  Source(Path name, RandomAccessFile file, BlockSums sums) {
    this.name = name;
    this.file = file;
    this.sums = sums;
  }

  BlockSums sums() {
    return sums;
  }

  /**
   * @throws LoaderException SOURCE_CHANGED if these are no longer the bytes that were parsed
   */
  byte[] read(long offset, int length) {
    int first = (int) (offset / BlockSums.BLOCK);
    long start = (long) first * BlockSums.BLOCK;
    long end = Math.min(sums.length(), roundUp(offset + length));
    byte[] blocks = new byte[Math.toIntExact(end - start)];
    try {
      synchronized (file) {
        file.seek(start);
        file.readFully(blocks);
      }
    } catch (IOException e) {
      throw changed(e);
    }
    for (int at = 0; at < blocks.length; at += BlockSums.BLOCK) {
      int count = Math.min(BlockSums.BLOCK, blocks.length - at);
      if (!sums.matches(first + at / BlockSums.BLOCK, blocks, at, count)) {
        throw changed(null);
      }
    }
    byte[] part = new byte[length];
    System.arraycopy(blocks, (int) (offset - start), part, 0, length);
    return part;
  }

  /** Whether every byte is still the one that was parsed. */
  boolean isIntact() {
    try {
      for (long at = 0; at < sums.length(); at += PART) {
        read(at, (int) Math.min(PART, sums.length() - at));
      }
      return true;
    } catch (LoaderException e) {
      return false;
    }
  }

  void copyTo(OutputStream out) throws IOException {
    for (long at = 0; at < sums.length(); at += PART) {
      out.write(read(at, (int) Math.min(PART, sums.length() - at)));
    }
  }

  String text(long offset, int length) {
    return new String(read(offset, length), StandardCharsets.UTF_8);
  }

  private static long roundUp(long offset) {
    return (offset + BlockSums.BLOCK - 1) / BlockSums.BLOCK * BlockSums.BLOCK;
  }

  private LoaderException changed(IOException cause) {
    return LoaderException.caused(cause, Reason.SOURCE_CHANGED, "file", name);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
