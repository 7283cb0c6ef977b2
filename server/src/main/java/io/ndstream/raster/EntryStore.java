package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The directory of cache entries, {@code ab/abcd....ext} by key. Several processes may use it at
 * once: entries appear whole by a rename, are never changed, and may be removed at any time, which
 * open readers do not notice. When an entry was read last is its access time, so recency needs no
 * file of its own.
 */
final class EntryStore {
  /** Temporary files older than this belong to no living process. */
  private static final long LITTER_SECONDS = 3600;

  /** Eviction goes down to this share of the budget, so that it is not needed again at once. */
  private static final double LOW_WATER = 0.9;

  private final Path root;
  private final Path temporary;
  private final long budget;
  private final long keepFree;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong evicted = new AtomicLong();

  EntryStore(CacheOptions options) {
    this.root = options.directory().toAbsolutePath();
    this.temporary = root.resolve("tmp");
    this.budget = options.budgetBytes();
    this.keepFree = options.freeBytes();
    try {
      Files.createDirectories(temporary);
    } catch (IOException e) {
      throw AtomicFile.failure(e, temporary);
    }
    sweep();
    bytes.set(entries().stream().mapToLong(Entry::size).sum());
  }

  private record Entry(Path path, long size, long lastRead) {}

  Path path(String key, EntryForm form) {
    return root.resolve(key.substring(0, 2)).resolve(key + "." + form.extension());
  }

  /** A new name in the directory for unfinished files. */
  Path unfinished() {
    return AtomicFile.in(temporary, temporary.resolve("x")).temporary();
  }

  /**
   * Makes sure that this many bytes may be written.
   *
   * @throws LoaderException DISK_FULL
   */
  void reserve(long needed, Path forFile) {
    try {
      long free = Files.getFileStore(root).getUsableSpace();
      if (free - needed < keepFree) {
        throw LoaderException.of(
            Reason.DISK_FULL,
            "directory",
            root,
            "free",
            free,
            "needed",
            needed,
            "kept_free",
            keepFree,
            "file",
            forFile);
      }
    } catch (IOException e) {
      throw AtomicFile.failure(e, root);
    }
  }

  /**
   * Gives a finished file its place, unless another process was first: readers of an entry hold on
   * to its file.
   */
  void publish(Path finished, Path target) {
    if (Files.exists(target)) {
      AtomicFile.deleteQuietly(finished);
      return;
    }
    try {
      Files.createDirectories(target.getParent());
      long size = Files.size(finished);
      AtomicFile.publish(finished, target);
      if (bytes.addAndGet(size) > budget) {
        evict(target);
      }
    } catch (IOException e) {
      throw AtomicFile.failure(e, target);
    }
  }

  void delete(Path entry) {
    try {
      long size = Files.size(entry);
      if (Files.deleteIfExists(entry)) {
        bytes.addAndGet(-size);
      }
    } catch (IOException e) {
      // Gone already, or it stays and the next open finds it damaged again.
    }
  }

  /** Marks an entry as read now. */
  void touch(Path entry) {
    try {
      Files.getFileAttributeView(entry, BasicFileAttributeView.class)
          .setTimes(null, FileTime.from(Instant.now()), null);
    } catch (IOException e) {
      // Recency only: losing it costs a refill at worst.
    }
  }

  long bytes() {
    return bytes.get();
  }

  long evicted() {
    return evicted.get();
  }

  /**
   * Removes what was read longest ago. Others may have added or removed entries meanwhile, so the
   * directory is looked at anew.
   */
  private synchronized void evict(Path spare) {
    List<Entry> all = entries();
    long total = all.stream().mapToLong(Entry::size).sum();
    if (total > budget) {
      all.sort(Comparator.comparingLong(Entry::lastRead));
      for (Entry entry : all) {
        if (total <= budget * LOW_WATER) {
          break;
        }
        if (!entry.path().equals(spare)) {
          AtomicFile.deleteQuietly(entry.path());
          evicted.incrementAndGet();
          total -= entry.size();
        }
      }
    }
    bytes.set(total);
  }

  private List<Entry> entries() {
    List<Entry> found = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(root, 2)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (!path.startsWith(temporary)) {
          add(path, found);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // Another process removes entries while we look: what was seen is enough.
    }
    return found;
  }

  private static void add(Path path, List<Entry> found) throws IOException {
    try {
      BasicFileAttributes a = Files.readAttributes(path, BasicFileAttributes.class);
      if (a.isRegularFile()) {
        found.add(new Entry(path, a.size(), a.lastAccessTime().toMillis()));
      }
    } catch (NoSuchFileException e) {
      // Evicted by another process.
    }
  }

  /** Removes what a process that died left unfinished. */
  private void sweep() {
    long now = System.currentTimeMillis();
    try (Stream<Path> files = Files.list(temporary)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        boolean old = now - Files.getLastModifiedTime(file).toMillis() > LITTER_SECONDS * 1000;
        if (old || AtomicFile.isOrphan(file)) {
          AtomicFile.deleteQuietly(file);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // Another process sweeps at the same time.
    }
  }
}
