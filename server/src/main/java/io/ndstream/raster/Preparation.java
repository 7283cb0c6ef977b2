package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Makes the entries of many files before anyone waits for them. What is there is left alone, so an
 * interrupted run is resumed by running it again; several runs may work at once, best on shards of
 * the files.
 */
public final class Preparation {
  /** Failures told one by one; more are counted. */
  private static final int FAILURES_KEPT = 1000;

  private final CachedFrameReader frames;
  private final int threads;
  private final long start = System.nanoTime();
  private final AtomicLong files = new AtomicLong();
  private final AtomicLong filesDone = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong bytesDone = new AtomicLong();
  private final AtomicLong made = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final List<Failure> failures = new ArrayList<>();

  /** One file without an entry. */
  public record Failure(String location, LoaderException why) {}

  /**
   * How far it has come.
   *
   * @param bytes pixels of the files that need an entry, as far as they have been looked at
   * @param nanos since the start
   */
  public record Progress(
      long files, long filesDone, long bytes, long bytesDone, long made, long failed, long nanos) {
    public double bytesPerSecond() {
      return nanos == 0 ? 0 : bytesDone / (nanos / 1e9);
    }

    /** Time the rest will take at the rate so far, 0 if that cannot be said yet. */
    public long nanosLeft() {
      return bytesDone == 0 ? 0 : (long) ((double) (bytes - bytesDone) / bytesDone * nanos);
    }
  }

  /**
   * @param threads files worked on at once, 1 or more
   */
  public Preparation(CachedFrameReader frames, int threads) {
    this.frames = frames;
    this.threads = threads;
  }

  /**
   * The share of one of several workers: every {@code count}-th location from {@code index} on, in
   * sorted order.
   */
  public static List<String> shard(List<String> locations, int index, int count) {
    List<String> sorted = locations.stream().distinct().sorted().toList();
    List<String> share = new ArrayList<>();
    for (int i = index; i < sorted.size(); i += count) {
      share.add(sorted.get(i));
    }
    return share;
  }

  /**
   * Looks at every file, and unless {@code dryRun} makes the entries that are missing. Returns when
   * all is done or, soon after {@code cancelled}, the files begun are.
   */
  public void run(List<String> locations, boolean dryRun, BooleanSupplier cancelled) {
    files.set(locations.size());
    List<String> missing = new ArrayList<>();
    each(
        locations,
        cancelled,
        location -> {
          long needed = frames.missingBytes(location);
          bytes.addAndGet(needed);
          if (needed == 0) {
            filesDone.incrementAndGet();
          } else {
            synchronized (missing) {
              missing.add(location);
            }
          }
        });
    if (!dryRun) {
      each(missing.stream().sorted().toList(), cancelled, this::make);
    }
  }

  private void make(String location) {
    long needed = frames.missingBytes(location);
    if (frames.prepare(location) == CachedFrameReader.Prepared.MADE) {
      made.incrementAndGet();
    }
    bytesDone.addAndGet(needed);
    filesDone.incrementAndGet();
  }

  private void each(List<String> locations, BooleanSupplier cancelled, Consumer<String> work) {
    AtomicLong next = new AtomicLong();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        running.add(
            pool.submit(
                () -> {
                  for (long i = next.getAndIncrement();
                      i < locations.size() && !cancelled.getAsBoolean();
                      i = next.getAndIncrement()) {
                    attempt(locations.get((int) i), work);
                  }
                }));
      }
      for (Future<?> future : running) {
        future.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private void attempt(String location, Consumer<String> work) {
    try {
      work.accept(location);
    } catch (LoaderException e) {
      failed.incrementAndGet();
      filesDone.incrementAndGet();
      synchronized (failures) {
        if (failures.size() < FAILURES_KEPT) {
          failures.add(new Failure(location, e));
        }
      }
    }
  }

  public Progress progress() {
    return new Progress(
        files.get(),
        filesDone.get(),
        bytes.get(),
        bytesDone.get(),
        made.get(),
        failed.get(),
        System.nanoTime() - start);
  }

  /** The first thousand failures. */
  public List<Failure> failures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }
}
