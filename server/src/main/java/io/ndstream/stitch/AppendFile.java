package io.ndstream.stitch;

import com.sun.nio.file.ExtendedOpenOption;
import io.ndstream.error.LoaderException;
import io.ndstream.error.OpenFiles;
import io.ndstream.error.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * A file that only grows. What is appended is there whole or, if the disk is full, not at all. Not
 * thread-safe but for {@link #sync}.
 */
final class AppendFile implements AutoCloseable {
  /** What is appended is filled up to blocks; larger ones would waste too much. */
  static final int LARGEST_BLOCK = 16 << 10;

  private final FileChannel channel;
  private Path path;
  private long size;

  /** Writes past the page cache, or null. */
  private FileChannel direct;

  private int block = 1;

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

  /**
   * Opens or makes it to be written past the page cache, if the file system can: for what is synced
   * soon and hardly ever read. The processor then copies nothing, and no memory is taken for it.
   */
  static AppendFile openDirect(Path path) {
    AppendFile file = open(path);
    try {
      file.direct = FileChannel.open(path, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT);
      file.block = Math.toIntExact(Files.getFileStore(path).getBlockSize());
      if (file.block > LARGEST_BLOCK) {
        file.closeDirect();
      }
    } catch (IOException | UnsupportedOperationException e) {
      file.closeDirect(); // through the page cache then
    }
    return file;
  }

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  /**
   * Whole blocks, appended from memory that begins at a multiple of this, pass the page cache by.
   */
  int block() {
    return block;
  }

  /**
   * @return where it begins
   * @throws LoaderException DISK_FULL; the file is then as it was
   */
  long append(ByteBuffer bytes) {
    long from = size;
    try {
      size = from + write(bytes, from);
      return from;
    } catch (IOException e) {
      truncate(from);
      throw failure(e, path);
    }
  }

  private int write(ByteBuffer bytes, long from) throws IOException {
    int length = bytes.remaining();
    if (direct != null && from % block == 0 && length % block == 0) {
      try {
        writeAll(direct, bytes, from);
        return length;
      } catch (IOException refused) {
        // Some file systems refuse it only now, and a limit may lie inside a block: what is left
        // goes through the page cache, and so does all else from now on.
        closeDirect();
      }
    }
    writeAll(channel, bytes, from + length - bytes.remaining());
    return length;
  }

  private static void writeAll(FileChannel to, ByteBuffer bytes, long from) throws IOException {
    long position = from;
    while (bytes.hasRemaining()) {
      position += to.write(bytes, position);
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

  /** Gives it another name in its directory, in the place of what has that name. */
  void rename(Path name) throws IOException {
    Files.move(path, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    path = name;
  }

  /**
   * What the system says about space is DISK_FULL, about file handles TOO_MANY_FILES, about
   * permissions NOT_WRITABLE, anything else a fault that only the operator can mend.
   */
  static RuntimeException failure(IOException e, Path path) {
    if (e instanceof ClosedChannelException) { // by a call that ended the run meanwhile
      return LoaderException.caused(e, Reason.UNKNOWN_RUN, "run", path.getParent().getFileName());
    }
    OpenFiles.requireEnough(e, path.getFileName());
    LoaderException told = LoaderException.caused(e, Reason.DISK_FULL, "file", path.getFileName());
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (told.reason() == Reason.NOT_WRITABLE
        || message.contains("no space left")
        || message.contains("quota exceeded")
        || message.contains("file too large")) {
      return told;
    }
    return new UncheckedIOException(e);
  }

  private void closeDirect() {
    try {
      if (direct != null) {
        direct.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    direct = null;
    block = 1;
  }

  @Override
  public void close() {
    closeDirect();
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
