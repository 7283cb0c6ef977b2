package io.ndstream.shm;

import io.ndstream.pixels.Grant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A mapped file for one slot at a time. Its last four bytes say where it is, so that taking it and
 * giving it back need no call. All else is the slot's.
 */
final class Segment implements AutoCloseable {
  /** The server's: not lent yet, or given back by the client. */
  private static final int HOME = 0;

  /** The server has sent a message that names it. */
  private static final int UNDER_WAY = 1;

  private static final VarHandle PLACE =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final MappedByteBuffer memory;
  private final Grant grant;

  private Segment(Path file, MappedByteBuffer memory, Grant grant) {
    this.file = file;
    this.memory = memory;
    this.grant = grant;
  }

  /** Bytes of the file for a slot of this length. */
  static long fileBytes(long length) {
    return SegmentFile.wholePages(length + Integer.BYTES);
  }

  /**
   * @param grant for {@link #fileBytes}; the segment's own once it is made
   * @throws IOException as when the file system is full; the file is gone then
   */
  static Segment create(Path file, Grant grant) throws IOException {
    try (FileChannel channel = SegmentFile.create(file, grant.bytes())) {
      return new Segment(file, channel.map(MapMode.READ_WRITE, 0, grant.bytes()), grant);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  String name() {
    return file.getFileName().toString();
  }

  /** Bytes of the file. */
  int bytes() {
    return memory.capacity();
  }

  boolean holds(long length) {
    return fileBytes(length) <= bytes();
  }

  ByteBuffer part(int offset, int size) {
    return memory.slice(offset, size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** From here the client may read and write. */
  void lend() {
    PLACE.setRelease(memory, bytes() - Integer.BYTES, UNDER_WAY);
  }

  boolean isHome() {
    return place() == HOME;
  }

  /** True while the client has yet to map it: until then the file needs its name. */
  boolean isUnderWay() {
    return place() == UNDER_WAY;
  }

  private int place() {
    return (int) PLACE.getAcquire(memory, bytes() - Integer.BYTES);
  }

  /**
   * Removes name and mapping; nobody may have a part any more. A client's mapping of the file lives
   * on.
   */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Unmapping.free(memory);
      grant.close();
    }
  }
}
