package io.ndstream.stitch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What a run was told, in order, as {@link RecordWriter} writes it. One thread appends at a time
 * (the run's lock sees to it); any number may wait in {@link #sync}, and one sync of the file
 * serves all of them: group commit.
 *
 * <p>The end of the file may be torn by a crash; opening cuts it off. Nothing cut off was ever
 * acknowledged.
 */
final class Journal implements AutoCloseable {
  private final Object syncing = new Object();
  private final RecordWriter writer = new RecordWriter();
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
    AppendFile file = AppendFile.openDirect(path);
    try {
      file.sync(); // what is replayed may go into tiles, which must not know more than the journal
      long whole = replay(file, reader);
      if (whole < file.size()) {
        file.truncate(whole);
      }
      return new Journal(file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static long replay(AppendFile file, Reader reader) {
    ByteBuffer length = Records.buffer(4);
    int around = RecordWriter.HEAD + RecordWriter.TAIL;
    long at = 0;
    while (at + around <= file.size()) {
      file.read(at, length.clear());
      long bytes = around + (long) length.getInt(0);
      if (bytes < around || at + bytes > file.size() || bytes > Integer.MAX_VALUE) {
        break;
      }
      ByteBuffer record = Records.buffer((int) bytes);
      file.read(at, record);
      int end = record.position() - RecordWriter.TAIL;
      if (crc(record.flip().limit(end)) != record.limit(end + RecordWriter.TAIL).getInt(end)) {
        break;
      }
      byte kind = record.get(4);
      if (kind != RecordWriter.FILL) {
        reader.record(kind, body(record, end));
      }
      at += bytes;
    }
    return at;
  }

  private static ByteBuffer body(ByteBuffer record, int end) {
    return record.slice(RecordWriter.HEAD, end - RecordWriter.HEAD).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /**
   * Appends one record.
   *
   * @throws io.ndstream.error.LoaderException DISK_FULL; nothing is appended then
   */
  void append(byte kind, ByteBuffer... body) {
    append(List.of(new RecordWriter.Entry(kind, body)));
  }

  /**
   * Appends all of them.
   *
   * @throws io.ndstream.error.LoaderException DISK_FULL; nothing is appended then
   */
  void append(List<RecordWriter.Entry> entries) {
    long before = file.size();
    writer.append(file, entries);
    appended += file.size() - before;
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
   * Starts anew with these records, atomically: after a crash there is the old file or the new one.
   * All that has to be opened is open before the new one takes the name, since nothing may fail
   * between that and its use.
   */
  void replace(Iterable<RecordWriter.Entry> entries) {
    Path path = file.path();
    try (FileChannel directory = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
      AppendFile fresh = write(path.resolveSibling(path.getFileName() + ".new"), entries, path);
      synchronized (syncing) {
        file.close();
        file = fresh;
        synced = appended;
      }
      directory.force(true);
    } catch (IOException e) {
      throw AppendFile.failure(e, path);
    }
  }

  /** Leaves nothing behind if it fails. */
  private AppendFile write(Path draft, Iterable<RecordWriter.Entry> entries, Path name)
      throws IOException {
    Files.deleteIfExists(draft);
    AppendFile fresh = AppendFile.openDirect(draft);
    try {
      writer.append(fresh, entries);
      fresh.sync();
      fresh.rename(name);
      return fresh;
    } catch (IOException | RuntimeException e) {
      fresh.close();
      Files.deleteIfExists(draft);
      throw e;
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
}
