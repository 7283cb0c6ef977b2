package io.ndstream.shm;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files of shared memory. */
final class SegmentFile {
  private static final int PAGE = 4096;
  private static final int ZEROS = 1 << 16;

  private SegmentFile() {}

  static long wholePages(long bytes) {
    return (bytes + PAGE - 1) / PAGE * PAGE;
  }

  /**
   * Makes a file that only this user may open. All its memory is taken here by writing it: of a
   * file with holes a later access could find the file system full, which no process survives.
   *
   * @throws IOException as when the file system is full; the file is gone then
   */
  static FileChannel create(Path file, long bytes) throws IOException {
    var privately =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    FileChannel channel = FileChannel.open(file, Set.of(CREATE_NEW, READ, WRITE), privately);
    try {
      fill(channel, bytes);
      return channel;
    } catch (IOException e) {
      channel.close();
      Files.deleteIfExists(file);
      throw e;
    }
  }

  private static void fill(FileChannel channel, long bytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(ZEROS, bytes));
    for (long left = bytes; left > 0; ) {
      left -= channel.write(zeros.clear().limit((int) Math.min(zeros.capacity(), left)));
    }
  }
}
