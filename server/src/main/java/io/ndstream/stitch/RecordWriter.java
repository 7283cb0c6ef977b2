package io.ndstream.stitch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Appends records to a file: {@code [length][kind][body][crc32c of all before it]}, little-endian.
 * Bytes are gathered in memory the disk can take them from, so they are copied once, and summed up
 * while the processor has the copy at hand. Not thread-safe.
 */
final class RecordWriter {
  static final int HEAD = 5;
  static final int TAIL = 4;

  /** A record that only fills the last block, so that the next one begins with a block. */
  static final byte FILL = 0;

  /** Enough for a disk to work at its speed. */
  private static final int GATHERED = 1 << 20;

  private final ByteBuffer gathered =
      ByteBuffer.allocateDirect(GATHERED + AppendFile.LARGEST_BLOCK)
          .alignedSlice(AppendFile.LARGEST_BLOCK)
          .slice(0, GATHERED);
  private final ByteBuffer few = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C crc = new CRC32C();

  /** Something to write. */
  record Entry(byte kind, ByteBuffer... body) {
    int length() {
      int length = 0;
      for (ByteBuffer part : body) {
        length = Math.addExact(length, part.remaining());
      }
      return length;
    }
  }

  /**
   * Appends all, or nothing.
   *
   * @throws io.ndstream.error.LoaderException DISK_FULL
   */
  void append(AppendFile file, Iterable<Entry> entries) {
    long from = file.size();
    try {
      fill(file); // what a crash tore, or another file system wrote, need not end with a block
      entries.forEach(entry -> put(file, entry));
      fill(file);
    } catch (RuntimeException e) {
      gathered.clear();
      file.truncate(from);
      throw e;
    }
  }

  private void put(AppendFile file, Entry entry) {
    crc.reset();
    put(file, few.clear().putInt(entry.length()).put(entry.kind()).flip());
    for (ByteBuffer part : entry.body()) {
      put(file, part.duplicate());
    }
    put(file, few.clear().putInt((int) crc.getValue()).flip());
  }

  private void put(AppendFile file, ByteBuffer bytes) {
    int end = bytes.limit();
    while (bytes.position() < end) {
      int from = gathered.position();
      int count = Math.min(end - bytes.position(), gathered.remaining());
      gathered.put(bytes.limit(bytes.position() + count));
      crc.update(gathered.slice(from, count));
      if (!gathered.hasRemaining()) {
        write(file);
      }
    }
  }

  /** Writes what is gathered, up to the end of a block. */
  private void fill(AppendFile file) {
    int block = file.block();
    int over = (int) ((file.size() + gathered.position()) % block);
    if (over > 0) {
      int left = block - over;
      int length = left - HEAD - TAIL;
      put(file, new Entry(FILL, ByteBuffer.allocate(length < 0 ? length + block : length)));
    }
    write(file);
  }

  private void write(AppendFile file) {
    file.append(gathered.flip());
    gathered.clear();
  }
}
