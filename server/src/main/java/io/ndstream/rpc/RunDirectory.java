package io.ndstream.rpc;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.v1.OpenRunRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * What a run keeps on the disk, held by one server at a time: servers may share a workdir. It is a
 * run from when the request that opened it is there until the request is gone; what else is found
 * is the rest of one that a server was killed over.
 */
final class RunDirectory implements AutoCloseable {
  private static final String REQUEST = "request";

  /** The request with the windows of its plan counted; the same request if it names none. */
  private static final String COUNTED = "counted";

  private static final String LOCK = "lock";

  private final Path path;
  private final FileChannel lock;

  private RunDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Makes it if there is none. A server that dies lets go.
   *
   * @throws LoaderException BUSY if another server holds it
   */
  static RunDirectory hold(Path path) throws IOException {
    Files.createDirectories(path);
    FileChannel lock =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock.tryLock() != null) {
        return new RunDirectory(path, lock);
      }
    } catch (OverlappingFileLockException e) {
      // By a server in this very process.
    }
    lock.close();
    throw LoaderException.of(
        Reason.BUSY, "run", path.getFileName(), "detail", "another server has opened it");
  }

  /** Whether a run lives there. */
  static boolean isRun(Path path) {
    return Files.exists(path.resolve(REQUEST));
  }

  Path path() {
    return path;
  }

  OpenRunRequest request() throws IOException {
    return saved(REQUEST);
  }

  OpenRunRequest counted() throws IOException {
    return saved(COUNTED);
  }

  private OpenRunRequest saved(String name) throws IOException {
    return OpenRunRequest.parseFrom(Files.readAllBytes(path.resolve(name)));
  }

  /** From now on it is a run. */
  void save(OpenRunRequest request, OpenRunRequest counted) throws IOException {
    save(counted, COUNTED);
    save(request, REQUEST);
  }

  /** There whole or not at all. */
  private void save(OpenRunRequest request, String name) throws IOException {
    Path fresh = path.resolve(name + ".new");
    Files.write(fresh, request.toByteArray());
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(fresh, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes all but the lock; it is no run from the first moment on. */
  void clear() throws IOException {
    try (var files = Files.list(path)) { // first what may fail: else half a run would be left
      Files.deleteIfExists(path.resolve(REQUEST));
      for (Path file : files.filter(each -> !each.endsWith(LOCK)).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Removes what is left of it and lets go of it. */
  void delete() {
    try {
      if (Files.exists(path)) {
        clear();
        Files.deleteIfExists(path.resolve(LOCK));
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      close();
    }
  }

  /** Lets go of it. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
