package io.ndstream.raster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/** The head of a NumPy file, version 1: little-endian, C order, (rows, columns, bands). */
final class NpyFile {
  private static final int ALIGNMENT = 64;
  private static final int CHECKSUM_BYTES = 1 << 20;

  private NpyFile() {}

  static ByteBuffer header(FrameHeader h) {
    String kind = h.dtype().isFloat() ? "f" : h.dtype().isSigned() ? "i" : "u";
    String order = h.dtype().bytes() == 1 ? "|" : "<";
    String text =
        "{'descr': '"
            + order
            + kind
            + h.dtype().bytes()
            + "', 'fortran_order': False, 'shape': ("
            + h.height()
            + ", "
            + h.width()
            + ", "
            + h.bands()
            + "), }";
    int total = (10 + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer head = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
    head.put((byte) 0x93)
        .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) (total - 10));
    head.put(text.getBytes(StandardCharsets.US_ASCII));
    while (head.position() < total - 1) {
      head.put((byte) ' ');
    }
    return head.put((byte) '\n').flip();
  }

  /** Bytes before the first pixel. */
  static int dataOffset(FileChannel channel) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    if (channel.read(head, 0) < 10 || (head.get(0) & 0xff) != 0x93) {
      throw new IOException("no NumPy file");
    }
    return 10 + (head.getShort(8) & 0xffff);
  }

  /** Rows that share a checksum: about a MiB. */
  static int rowsPerChecksum(int rowBytes) {
    return Math.max(1, CHECKSUM_BYTES / rowBytes);
  }
}
