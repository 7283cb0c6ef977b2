package io.ndstream.stitch;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * A file that only grows. What is appended is there whole or, if the disk is full, not at all. Not
 * thread-safe but for {@link #sync}.
 */
final class AppendFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private long size;

  private AppendFile(Path path, FileChannel channel, long size) {
    this.path = path;
    this.channel = channel;
    this.size = size;
  }

  /** Opens or makes it. */
  static AppendFile open(Path path) {
    try {
      FileChannel channel =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      return new AppendFile(path, channel, channel.size());
    } catch (IOException e) {
      throw failure(e, path);
    }
  }

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  /**
   * @return where it begins
   * @throws LoaderException DISK_FULL; the file is then as it was
   */
  long append(ByteBuffer... parts) {
    long from = size;
    try {
      channel.position(from);
      long left = 0;
      for (ByteBuffer part : parts) {
        left += part.remaining();
      }
      long bytes = left;
      while (left > 0) {
        left -= channel.write(parts);
      }
      size = from + bytes;
      return from;
    } catch (IOException e) {
      truncate(from);
      throw failure(e, path);
    }
  }

  /** Fills {@code into}. */
  void read(long at, ByteBuffer into) {
    try {
      long position = at;
      while (into.hasRemaining()) {
        int n = channel.read(into, position);
        if (n < 0) {
          throw new EOFException(path + " ends before " + (position + into.remaining()));
        }
        position += n;
      }
    } catch (IOException e) {
      throw failure(e, path);
    }
  }

  void truncate(long newSize) {
    try {
      channel.truncate(newSize);
      size = newSize;
    } catch (IOException e) {
      throw failure(e, path);
    }
  }

  /** Returns when all that was appended before the call is on the disk. */
  void sync() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw failure(e, path);
    }
  }

  /** Syncs a directory, so that the names in it last. */
  static void syncDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw failure(e, directory);
    }
  }

  /**
   * What the system says about space is DISK_FULL, anything else a fault that only the operator can
   * mend.
   */
  static RuntimeException failure(IOException e, Path path) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("no space left")
        || message.contains("quota exceeded")
        || message.contains("file too large")) {
      return LoaderException.caused(e, Reason.DISK_FULL, "file", path.getFileName());
    }
    return new UncheckedIOException(e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
