package io.ndstream.client;

import io.ndstream.v1.WindowSegment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes numbers into a segment of the server's. It is not mapped: Java would unmap it only when
 * its garbage collector comes by, and a file of memory lasts as long as its last mapping.
 */
final class SegmentWriter implements AutoCloseable {
  /** Small enough for the innermost cache. */
  private static final int PIECE = 1 << 14;

  private final WindowSegment segment;
  private final FileChannel file;
  private final ByteBuffer piece =
      ByteBuffer.allocateDirect(Float.BYTES * PIECE).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * @throws IOException if it cannot be opened: other mounts than the server's, or another user
   */
  SegmentWriter(WindowSegment segment) throws IOException {
    this.segment = segment;
    this.file =
        FileChannel.open(
            BatchSegments.path(Path.of(segment.getDirectory()), segment.getName()),
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
  }

  String name() {
    return segment.getName();
  }

  long length() {
    return segment.getLength();
  }

  void write(long offset, FloatBuffer values) throws IOException {
    long at = offset;
    for (int from = 0; from < values.limit(); from += PIECE) {
      int count = Math.min(PIECE, values.limit() - from);
      piece.clear().asFloatBuffer().put(values.slice(from, count));
      piece.limit(Float.BYTES * count);
      while (piece.hasRemaining()) {
        at += file.write(piece, at);
      }
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
