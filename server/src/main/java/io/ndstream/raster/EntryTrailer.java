package io.ndstream.raster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What stands behind the image in a cache entry. TIFF and NumPy readers do not look past their
 * data, so an entry stays a file any tool can open.
 *
 * <pre>
 * image | key, source, payload, tile width, tile height, count, CRC-32C of each tile | length of that, its CRC-32C, mark
 * </pre>
 *
 * @param key the entry's name: a wrong file under a right name is found out
 * @param source for people
 * @param payload bytes of the image
 * @param tileHeight rows that share a checksum
 */
record EntryTrailer(
    String key, String source, long payload, int tileWidth, int tileHeight, int[] checksums) {
  private static final long MARK = 0x6e64734361636831L;
  private static final int FOOT = 16;

  void append(Path file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(key);
      out.writeUTF(source);
      out.writeLong(payload);
      out.writeInt(tileWidth);
      out.writeInt(tileHeight);
      out.writeInt(checksums.length);
      for (int checksum : checksums) {
        out.writeInt(checksum);
      }
    }
    byte[] body = bytes.toByteArray();
    ByteBuffer all =
        ByteBuffer.allocate(body.length + FOOT)
            .put(body)
            .putInt(body.length)
            .putInt(Checksums.of(body, 0, body.length))
            .putLong(MARK)
            .flip();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long at = payload;
      while (all.hasRemaining()) {
        at += channel.write(all, at);
      }
    }
  }

  /**
   * @throws IOException if the trailer is missing or damaged, or does not belong to this file
   */
  static EntryTrailer read(FileChannel channel, String key) throws IOException {
    long size = channel.size();
    ByteBuffer foot = read(channel, size - FOOT, FOOT);
    int length = foot.getInt(0);
    if (foot.getLong(8) != MARK || length < 0 || length > size - FOOT) {
      throw new IOException("no trailer");
    }
    byte[] body = read(channel, size - FOOT - length, length).array();
    if (Checksums.of(body, 0, length) != foot.getInt(4)) {
      throw new IOException("trailer damaged");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
      String name = in.readUTF();
      String source = in.readUTF();
      long payload = in.readLong();
      int tileWidth = in.readInt();
      int tileHeight = in.readInt();
      int[] checksums = new int[in.readInt()];
      for (int i = 0; i < checksums.length; i++) {
        checksums[i] = in.readInt();
      }
      if (!name.equals(key) || payload != size - FOOT - length) {
        throw new IOException("trailer of another entry");
      }
      return new EntryTrailer(name, source, payload, tileWidth, tileHeight, checksums);
    }
  }

  private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
    if (at < 0) {
      throw new IOException("too short for an entry");
    }
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new IOException("cut off");
      }
    }
    return buffer;
  }
}
