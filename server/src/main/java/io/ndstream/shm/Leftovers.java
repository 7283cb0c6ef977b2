package io.ndstream.shm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Directories of segments whose server ended without a chance to remove them. */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private Leftovers() {}

  /**
   * Removes those beside a directory that belong to the same user and that no process has locked.
   *
   * @param own the directory of the server that asks
   */
  static void sweep(Path own) throws IOException {
    try (DirectoryStream<Path> siblings =
        Files.newDirectoryStream(own.getParent(), SegmentDirectory.PREFIX + "*")) {
      for (Path sibling : siblings) {
        if (!sibling.equals(own)) {
          sweep(own, sibling);
        }
      }
    }
  }

  private static void sweep(Path own, Path sibling) {
    try {
      if (isSameOwners(own, sibling) && isAbandoned(sibling)) {
        delete(sibling);
        LOG.info(
            "Removed the shared memory of a server that is no more: {}", sibling.getFileName());
      }
    } catch (IOException e) {
      LOG.debug("Not ours, or removed by somebody else: {}", sibling, e);
    }
  }

  /** Anybody may make directories of any name, and links, where segments usually lie. */
  private static boolean isSameOwners(Path own, Path sibling) throws IOException {
    return Files.isDirectory(sibling, LinkOption.NOFOLLOW_LINKS)
        && Files.getOwner(sibling, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(own));
  }

  private static boolean isAbandoned(Path directory) throws IOException {
    Path file = directory.resolve(SegmentDirectory.LOCK);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Removes a directory and its files. */
  static void delete(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(directory);
  }
}
