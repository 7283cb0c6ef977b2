package io.ndstream.raster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Brings a file to the disk while it is still being written, by a thread that lives as long as one
 * sync, so that little is left for the last one. Owned by one thread.
 */
final class EarlySync {
  /** Less is synced as soon at the end as it takes to begin before. */
  static final long STEP = 8 << 20;

  private final Path file;
  private long unsynced;
  private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

  EarlySync(Path file) {
    this.file = file;
  }

  /** Says that the file has grown by about so much. */
  void wrote(long bytes) {
    unsynced += bytes;
    // After a failure there is no other: the system reports it once, and it must not get lost.
    if (unsynced >= STEP && last.isDone() && !last.isCompletedExceptionally()) {
      unsynced = 0;
      last =
          CompletableFuture.runAsync(
              this::sync, task -> new Thread(task, "ndstream-early-sync").start());
    }
  }

  private void sync() {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns when nothing is synced any more.
   *
   * @throws IOException what a sync failed with
   */
  void await() throws IOException {
    try {
      last.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException failure) {
        throw failure.getCause();
      }
      throw e;
    }
  }
}
