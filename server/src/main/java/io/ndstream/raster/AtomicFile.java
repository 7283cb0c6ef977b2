package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * A file that appears under its name only when it is complete and on disk: written under a
 * temporary name on the same file system, synced, renamed, and the directory synced. Closing
 * without a commit removes the temporary file.
 */
final class AtomicFile implements AutoCloseable {
  private static final String HOST = host();
  private static final String OWNER = HOST + "-" + ProcessHandle.current().pid();

  private final Path target;
  private final Path temporary;
  private final EarlySync early;

  private AtomicFile(Path target, Path temporary) {
    this.target = target;
    this.temporary = temporary;
    this.early = new EarlySync(temporary);
  }

  /** With the temporary file in the target's own directory. */
  static AtomicFile beside(Path target) {
    Path absolute = target.toAbsolutePath();
    return in(absolute.getParent(), absolute);
  }

  /**
   * @param directory for the temporary file, on the target's file system
   * @throws LoaderException MISSING_FILE if it does not exist
   */
  static AtomicFile in(Path directory, Path target) {
    if (!Files.isDirectory(directory)) {
      throw LoaderException.of(Reason.MISSING_FILE, "directory", directory);
    }
    long random = ThreadLocalRandom.current().nextLong();
    String name = "." + OWNER + "." + Long.toHexString(random) + ".tmp";
    return new AtomicFile(target.toAbsolutePath(), directory.resolve(name));
  }

  Path target() {
    return target;
  }

  Path temporary() {
    return temporary;
  }

  /** Says that the temporary file has grown by about so much; a commit then has less to sync. */
  void wrote(long bytes) {
    early.wrote(bytes);
  }

  void commit() {
    commit(draft -> {});
  }

  /**
   * @param naming called when the file is on the disk, before it gets its name, with the name it
   *     has so far; what it throws ends the commit
   */
  void commit(Consumer<Path> naming) {
    try {
      early.await();
      publish(temporary, target, naming);
    } catch (IOException e) {
      throw failure(e, target);
    }
  }

  /**
   * Syncs a finished file, gives it its name, and syncs the directory. Both names must be on one
   * file system.
   */
  static void publish(Path finished, Path target) throws IOException {
    publish(finished, target, draft -> {});
  }

  private static void publish(Path finished, Path target, Consumer<Path> naming)
      throws IOException {
    try (FileChannel file = FileChannel.open(finished, StandardOpenOption.WRITE);
        FileChannel directory = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
      file.force(true);
      naming.accept(finished);
      Files.move(
          finished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      directory.force(true); // open before the move: what has its name shall not fail any more
    }
  }

  /** Writing failed: nearly always for want of space; the detail says what the system reported. */
  static LoaderException failure(IOException e, Path path) {
    Reason reason = e instanceof NoSuchFileException ? Reason.MISSING_FILE : Reason.DISK_FULL;
    return LoaderException.caused(e, reason, "file", path, "detail", e.getMessage());
  }

  /** True if the process that began this temporary file ran here and is no more. */
  static boolean isOrphan(Path temporary) {
    String[] parts = temporary.getFileName().toString().split("[.-]");
    return parts.length > 2
        && parts[1].equals(HOST)
        && parts[2].matches("\\d{1,10}")
        && ProcessHandle.of(Long.parseLong(parts[2])).isEmpty();
  }

  /** Removes the temporary files of processes that ran here and are no more. */
  static void sweep(Path directory) {
    try (DirectoryStream<Path> hidden = Files.newDirectoryStream(directory, ".*")) {
      for (Path file : hidden) {
        if (isOrphan(file)) {
          deleteQuietly(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Names what process ids are counted in: machines and containers that share a directory each have
   * their own.
   */
  private static String host() {
    String name = System.getenv().getOrDefault("HOSTNAME", "");
    try {
      name +=
          Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))
              + Files.readString(Path.of("/proc/sys/kernel/random/boot_id"));
    } catch (IOException e) {
      // Not Linux: the name of the machine has to do.
    }
    return Integer.toHexString(name.hashCode());
  }

  static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // Litter at worst; the next start of a cache sweeps it.
    }
  }

  @Override
  public void close() {
    try {
      early.await();
    } catch (IOException e) {
      // The commit told; without one it does not matter.
    }
    deleteQuietly(temporary);
  }
}
