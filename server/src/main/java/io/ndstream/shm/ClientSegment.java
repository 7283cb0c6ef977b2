package io.ndstream.shm;

import io.ndstream.pixels.ByteBudget;
import io.ndstream.pixels.Grant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that a client writes and we read. It is never mapped here: who may write to a file may
 * also cut it off, and touching a mapped page that is gone kills the process. We work on a copy,
 * which nobody changes while it is checked, journalled and added. For one thread at a time.
 */
public final class ClientSegment implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientSegment.class);
  private static final int LARGEST = 1 << 30;

  private final Path file;
  private final FileChannel channel;
  private final Grant grant;
  private final int length;

  /**
   * Bytes of the file from {@link #copiedFrom} to the buffer's limit; used again, null at first.
   */
  private ByteBuffer copy;

  private long copiedFrom;

  private ClientSegment(Path file, FileChannel channel, Grant grant) {
    this.file = file;
    this.channel = channel;
    this.grant = grant;
    this.length = (int) grant.bytes();
  }

  /**
   * Makes a segment of at most so many bytes.
   *
   * @param budget for the file, and for as large a copy
   * @return null if there is no room for it
   */
  public static ClientSegment tryMake(SegmentDirectory directory, ByteBudget budget, long bytes) {
    long length = SegmentFile.wholePages(Math.min(bytes, LARGEST));
    Grant grant = budget.tryAcquire(2 * length);
    if (grant == null) {
      return null;
    }
    try {
      return directory.createForClient(grant, length);
    } catch (IOException e) {
      grant.close();
      LOG.warn(
          "A stream of windows gets no shared memory: {} bytes in {}: {}",
          length,
          directory.path(),
          e.getMessage());
      return null;
    }
  }

  /**
   * @param grant whose bytes are those of the file; the segment's own if this does not throw
   */
  static ClientSegment create(Path file, Grant grant) throws IOException {
    return new ClientSegment(file, SegmentFile.create(file, grant.bytes()), grant);
  }

  /** The file's name. */
  public String name() {
    return file.getFileName().toString();
  }

  /** Bytes of the file. */
  public long length() {
    return length;
  }

  /** Whether the file has all these bytes. */
  public boolean holds(long offset, long size) {
    return offset >= 0 && size >= 0 && size <= length - offset;
  }

  /**
   * Copies bytes [from, to) of the file, or what is left of them. All {@link #part}s of before are
   * worth nothing from here.
   */
  public void take(long from, long to) {
    int size = (int) (to - from);
    if (copy == null || copy.capacity() < size) {
      freeCopy();
      copy = ByteBuffer.allocateDirect(size);
    }
    copiedFrom = from;
    copy.clear().limit(size);
    try {
      while (copy.hasRemaining() && channel.read(copy, from + copy.position()) >= 0) {
        continue;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    copy.flip();
  }

  /** What was taken of bytes [offset, offset+size), or null if that is not all. */
  public ByteBuffer part(long offset, long size) {
    long at = offset - copiedFrom;
    return at >= 0 && at + size <= copy.limit() ? copy.slice((int) at, (int) size) : null;
  }

  private void freeCopy() {
    if (copy != null) {
      Unmapping.free(copy);
      copy = null;
    }
  }

  /** Removes file and copy; nobody may have a part any more. */
  @Override
  public void close() {
    try (channel) {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      freeCopy();
      grant.close();
    }
  }
}
