package io.ndstream.coco;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes numbers, texts and columns, little-endian; the last 8 bytes are a checksum of all before.
 */
final class CacheWriter implements Closeable {
  private static final int BUFFER = 1 << 20;

  private final OutputStream out;
  private final CRC32C sum = new CRC32C();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);

  CacheWriter(OutputStream out) {
    this.out = out;
  }

  void putInt(int value) throws IOException {
    room(4).putInt(value);
  }

  void putLong(long value) throws IOException {
    room(8).putLong(value);
  }

  void putDouble(double value) throws IOException {
    room(8).putDouble(value);
  }

  /** A text of any length, or null. */
  void putText(String text) throws IOException {
    byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    putInt(text == null ? -1 : bytes.length);
    for (int at = 0; at < bytes.length; at += buffer.capacity()) {
      int length = Math.min(buffer.capacity(), bytes.length - at);
      room(length).put(bytes, at, length);
    }
  }

  /** A list of texts, or null. */
  void putTexts(List<String> texts) throws IOException {
    putInt(texts == null ? -1 : texts.size());
    for (String text : texts == null ? List.<String>of() : texts) {
      putText(text);
    }
  }

  void putColumn(LongColumn column) throws IOException {
    putInt(column.size());
    for (int row = 0; row < column.size(); row++) {
      putLong(column.get(row));
    }
  }

  void putColumn(DoubleColumn column) throws IOException {
    putInt(column.size());
    for (int row = 0; row < column.size(); row++) {
      putDouble(column.get(row));
    }
  }

  void putColumn(IntColumn column) throws IOException {
    putInt(column.size());
    for (int row = 0; row < column.size(); row++) {
      putInt(column.get(row));
    }
  }

  /** An array, or null. */
  void putInts(int[] values) throws IOException {
    putInt(values == null ? -1 : values.length);
    for (int i = 0; values != null && i < values.length; i++) {
      putInt(values[i]);
    }
  }

  /** The buffer, with room for that many bytes, or more. */
  ByteBuffer room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer;
  }

  private void flush() throws IOException {
    sum.update(buffer.array(), 0, buffer.position());
    out.write(buffer.array(), 0, buffer.position());
    buffer.clear();
  }

  /** Writes the checksum. The stream below stays open. */
  @Override
  public void close() throws IOException {
    flush();
    putLong(sum.getValue());
    flush();
  }
}
