package io.ndstream.raster;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/**
 * The files opened of late, by GDAL's name: their headers and tile indexes, so that a second look
 * costs one {@code stat}, and their failures, so that a broken file is not tried again for every
 * sample. A file that changes under us fails for a while, for everyone; after that it counts as a
 * new file.
 */
final class FrameDirectory {
  private static final long WEIGHT = 64L << 20;
  private static final long FAILURE_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final FrameOpener opener;
  private final LocationPolicy policy;
  private final ConcurrentMap<String, CompletableFuture<Opened>> files;

  FrameDirectory(FrameOpener opener, LocationPolicy policy) {
    this.opener = opener;
    this.policy = policy;
    AsyncCache<String, Opened> cache =
        Caffeine.newBuilder()
            .maximumWeight(WEIGHT)
            .weigher((String location, Opened opened) -> opened.weight())
            .executor(Runnable::run)
            .buildAsync();
    this.files = cache.asMap();
  }

  /**
   * The file in the state it has now.
   *
   * @throws LoaderException FORBIDDEN_PATH, MISSING_FILE, UNREADABLE_FILE, SOURCE_CHANGED
   */
  Frame get(String given) {
    String location = Location.forGdal(given);
    CompletableFuture<Opened> known = files.get(location);
    if (known == null) {
      return open(location, null).frame();
    }
    Opened opened = known.join();
    if (opened instanceof Opened.Failed failed && failed.isOver()) {
      return open(location, known).frame();
    }
    Frame frame = opened.frame();
    if (!frame.file().isCurrent()) {
      throw changed(location, known);
    }
    return frame;
  }

  /** Tells that reading found the file changed. */
  LoaderException changed(String given) {
    String location = Location.forGdal(given);
    CompletableFuture<Opened> known = files.get(location);
    return known == null
        ? LoaderException.of(Reason.SOURCE_CHANGED, "file", location)
        : changed(location, known);
  }

  private LoaderException changed(String location, CompletableFuture<Opened> known) {
    LoaderException failure = LoaderException.of(Reason.SOURCE_CHANGED, "file", location);
    files.replace(location, known, CompletableFuture.completedFuture(failed(failure)));
    return failure;
  }

  private Opened open(String location, CompletableFuture<Opened> old) {
    CompletableFuture<Opened> mine = new CompletableFuture<>();
    if (old == null) {
      CompletableFuture<Opened> other = files.putIfAbsent(location, mine);
      if (other != null) {
        return other.join();
      }
    } else if (!files.replace(location, old, mine)) {
      return files.getOrDefault(location, old).join();
    }
    Opened opened = tryOpen(location, mine);
    mine.complete(opened);
    return opened;
  }

  private Opened tryOpen(String location, CompletableFuture<Opened> mine) {
    try {
      policy.check(location);
      return opener.open(location);
    } catch (LoaderException e) {
      return failed(e);
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private static Opened failed(LoaderException e) {
    boolean ofFile = e.reason() != Reason.TOO_MANY_FILES; // else it says nothing about the next try
    return new Opened.Failed(e, System.nanoTime() + (ofFile ? FAILURE_NANOS : 0));
  }
}
