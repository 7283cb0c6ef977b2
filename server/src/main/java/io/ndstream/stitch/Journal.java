package io.ndstream.stitch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The record of what a run was told, in order: {@code [length][crc32c of kind and
 * body][kind][body]}, little-endian. One thread appends at a time (the run's lock sees to it); any
 * number may wait in {@link #sync}, and one sync of the file serves all of them: group commit.
 *
 * <p>The end of the file may be torn by a crash; opening cuts it off. Nothing cut off was ever
 * acknowledged.
 */
final class Journal implements AutoCloseable {
  private static final int HEAD = 9;

  private final Object syncing = new Object();
  private AppendFile file;
  // Bytes appended since it was opened, also to files that are replaced by now.
  private volatile long appended;
  // @GuardedBy("syncing")
  private long synced;
  private boolean closed;

  private Journal(AppendFile file) {
    this.file = file;
  }

  /** Receives the records of an opened journal. */
  interface Reader {
    void record(byte kind, ByteBuffer body);
  }

  /** Opens or makes it and replays what it holds. */
  static Journal open(Path path, Reader reader) {
    AppendFile file = AppendFile.open(path);
    long whole = replay(file, reader);
    if (whole < file.size()) {
      file.truncate(whole);
    }
    return new Journal(file);
  }

  private static long replay(AppendFile file, Reader reader) {
    ByteBuffer head = ByteBuffer.allocate(HEAD).order(ByteOrder.LITTLE_ENDIAN);
    long at = 0;
    while (at + HEAD <= file.size()) {
      file.read(at, head.clear());
      int length = head.getInt(0);
      if (length < 0 || at + HEAD + length > file.size()) {
        break;
      }
      ByteBuffer body = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      file.read(at + HEAD, body);
      byte kind = head.get(8);
      if (crc(kind, body.flip()) != head.getInt(4)) {
        break;
      }
      reader.record(kind, body);
      at += HEAD + length;
    }
    return at;
  }

  /**
   * @throws io.ndstream.error.LoaderException DISK_FULL; nothing is appended then
   */
  void append(byte kind, ByteBuffer... body) {
    appended += appendTo(file, kind, body);
  }

  private static long appendTo(AppendFile to, byte kind, ByteBuffer... body) {
    int length = 0;
    for (ByteBuffer part : body) {
      length = Math.addExact(length, part.remaining());
    }
    ByteBuffer head = ByteBuffer.allocate(HEAD).order(ByteOrder.LITTLE_ENDIAN);
    head.putInt(length).putInt(crc(kind, body)).put(kind).flip();
    ByteBuffer[] parts = new ByteBuffer[body.length + 1];
    parts[0] = head;
    System.arraycopy(body, 0, parts, 1, body.length);
    to.append(parts);
    return HEAD + length;
  }

  private static int crc(byte kind, ByteBuffer... body) {
    CRC32C crc = new CRC32C();
    crc.update(kind);
    for (ByteBuffer part : body) {
      crc.update(part.duplicate());
    }
    return (int) crc.getValue();
  }

  /** Stands for all that was appended so far; give it to {@link #sync}. */
  long position() {
    return appended;
  }

  /** Bytes of the present file. */
  long size() {
    return file.size();
  }

  /** Returns when all up to {@code position} is on the disk. */
  void sync(long position) {
    synchronized (syncing) {
      if (closed || synced >= position) {
        return;
      }
      long now = appended;
      file.sync();
      synced = now;
    }
  }

  /**
   * Starts anew with the records {@code write} gives, atomically: after a crash there is the old
   * file or the new one.
   */
  void replace(Consumer<Reader> write) {
    Path path = file.path();
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    try {
      Files.deleteIfExists(fresh);
      AppendFile next = AppendFile.open(fresh);
      try {
        write.accept((kind, body) -> appendTo(next, kind, body));
        next.sync();
        Files.move(
            fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException | RuntimeException e) {
        next.close();
        Files.deleteIfExists(fresh);
        throw e;
      }
      AppendFile.syncDirectory(path.getParent());
      use(next, path);
    } catch (IOException e) {
      throw AppendFile.failure(e, path);
    }
  }

  private void use(AppendFile next, Path path) {
    next.close();
    synchronized (syncing) {
      file.close();
      file = AppendFile.open(path);
      synced = appended;
    }
  }

  @Override
  public void close() {
    synchronized (syncing) {
      file.sync();
      closed = true;
      file.close();
    }
  }

  /** Removes a run's directory and all in it. */
  static void deleteTree(Path directory) {
    try (var files = Files.walk(directory)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
