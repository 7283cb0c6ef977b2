package io.ndstream.coco;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads what {@link CacheWriter} wrote. Damage shows as an IOException or a wrong checksum, and
 * never asks for more than is there.
 */
final class CacheReader {
  private static final int BUFFER = 1 << 20;

  private final FileChannel file;
  private final CRC32C sum = new CRC32C();

  /**
   * Outside the heap, as the system copies into it; a heap buffer would be filled through another
   * one.
   */
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);

  /** Bytes not yet in the buffer, the checksum left out. */
  private long unread;

  CacheReader(FileChannel file) throws IOException {
    this.file = file;
    this.unread = file.size() - 8;
    buffer.limit(0);
  }

  int getInt() throws IOException {
    return need(4).getInt();
  }

  long getLong() throws IOException {
    return need(8).getLong();
  }

  double getDouble() throws IOException {
    return need(8).getDouble();
  }

  /** Number of items of at least {@code bytes} each; -1 stands for null. */
  int getCount(int bytes) throws IOException {
    int count = getInt();
    if (count < -1 || (long) count * bytes > unread + buffer.remaining()) {
      throw new IOException("more items than bytes");
    }
    return count;
  }

  String getText() throws IOException {
    int length = getCount(1);
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; ) {
      int part = Math.min(BUFFER, length - at);
      need(part).get(bytes, at, part);
      at += part;
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  List<String> getTexts() throws IOException {
    int count = getCount(4);
    if (count < 0) {
      return null;
    }
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(getText());
    }
    return texts;
  }

  LongColumn getLongs() throws IOException {
    LongColumn column = LongColumn.ofSize(Math.max(0, getCount(8)));
    for (int chunk = 0; chunk < column.chunkCount(); chunk++) {
      int size = column.chunkSize(chunk);
      need(8 * size).asLongBuffer().get(column.chunk(chunk), 0, size);
      buffer.position(buffer.position() + 8 * size);
    }
    return column;
  }

  DoubleColumn getDoubles() throws IOException {
    DoubleColumn column = DoubleColumn.ofSize(Math.max(0, getCount(8)));
    for (int chunk = 0; chunk < column.chunkCount(); chunk++) {
      int size = column.chunkSize(chunk);
      need(8 * size).asDoubleBuffer().get(column.chunk(chunk), 0, size);
      buffer.position(buffer.position() + 8 * size);
    }
    return column;
  }

  IntColumn getIntColumn() throws IOException {
    IntColumn column = IntColumn.ofSize(Math.max(0, getCount(4)));
    for (int chunk = 0; chunk < column.chunkCount(); chunk++) {
      int size = column.chunkSize(chunk);
      need(4 * size).asIntBuffer().get(column.chunk(chunk), 0, size);
      buffer.position(buffer.position() + 4 * size);
    }
    return column;
  }

  int[] getInts() throws IOException {
    int count = getCount(4);
    if (count < 0) {
      return null;
    }
    int[] values = new int[count];
    for (int at = 0; at < count; ) {
      int part = Math.min(BUFFER / 4, count - at);
      need(4 * part).asIntBuffer().get(values, at, part);
      buffer.position(buffer.position() + 4 * part);
      at += part;
    }
    return values;
  }

  /** Whether everything was read and is what was written. */
  boolean isIntact() throws IOException {
    boolean all = unread == 0 && buffer.remaining() == 0;
    ByteBuffer stored = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    while (stored.hasRemaining() && file.read(stored) >= 0) {
      continue;
    }
    return all && !stored.hasRemaining() && stored.getLong(0) == sum.getValue();
  }

  /** The buffer, with that many bytes to be read, or more. */
  ByteBuffer need(int bytes) throws IOException {
    if (buffer.remaining() >= bytes) {
      return buffer;
    }
    buffer.compact();
    int from = buffer.position();
    buffer.limit((int) Math.min(buffer.capacity(), from + Math.max(0, unread)));
    while (buffer.hasRemaining() && file.read(buffer) >= 0) {
      continue;
    }
    unread -= buffer.position() - from;
    sum.update(buffer.duplicate().flip().position(from));
    buffer.flip();
    if (buffer.remaining() < bytes) {
      throw new EOFException("the file ends early");
    }
    return buffer;
  }
}
