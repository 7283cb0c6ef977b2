package io.ndstream.raster;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads full-resolution pixels from entries on disk, making an entry when a file is first read;
 * overviews, small files and files that are cheap to read as they are come from the source. A
 * damaged entry is removed and made again, once. Where no entry can be made, for want of room or
 * because part of the file is damaged, windows are read from the source and fail only for what is
 * wrong with them.
 */
public final class CachedFrameReader implements FrameReader {
  /** Open entries; each holds an index and maybe a mapping, no descriptor. */
  private static final int OPEN_ENTRIES = 10_000;

  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final TiledFrameReader source;
  private final EntryPolicy policy;
  private final EntryStore store;
  private final EntryOpener opener;
  private final EntryBuilder builder;
  private final ConcurrentMap<Long, CompletableFuture<Slot>> entries;
  private final LongAdder built = new LongAdder();
  private final LongAdder damaged = new LongAdder();

  /**
   * @param source reads the files themselves; not closed with this reader
   * @param pool the one of {@code source}
   */
  public CachedFrameReader(TiledFrameReader source, HandlePool pool, CacheOptions options) {
    this.source = source;
    this.policy = new EntryPolicy(options.backend(), options.tileSize());
    this.store = new EntryStore(options);
    this.opener = new EntryOpener(store, pool, source.cache());
    this.builder = new EntryBuilder(source, store, options.tileSize());
    AsyncCache<Long, Slot> cache =
        Caffeine.newBuilder().maximumSize(OPEN_ENTRIES).executor(Runnable::run).buildAsync();
    this.entries = cache.asMap();
  }

  /**
   * What stands for a file: its entry, or why there is none, until it is tried again.
   *
   * @param retryAt on the clock of {@link System#nanoTime}
   */
  private record Slot(CacheEntry entry, LoaderException failure, long retryAt) {
    boolean isOver() {
      return entry == null && System.nanoTime() - retryAt >= 0;
    }
  }

  @Override
  public FrameHeader header(String location) {
    return source.header(location);
  }

  @Override
  public void read(
      String location,
      int level,
      Window window,
      int[] bands,
      ByteBuffer into,
      Layout layout,
      StageTimes times) {
    long start = System.nanoTime();
    Frame frame = source.frame(location);
    EntryForm form = level == 0 ? policy.formOf(frame) : null;
    ReadCheck.check(location, frame.header(), level, window, bands, into, layout);
    if (form == null || window.isEmpty() || bands.length == 0) {
      source.read(location, level, window, bands, into, layout, times);
      return;
    }
    CacheEntry entry = slot(frame, form).entry();
    long opened = System.nanoTime();
    times.open += opened - start;
    if (entry == null || !readFrom(entry, frame, form, window, bands, into, layout)) {
      source.read(location, level, window, bands, into, layout, times);
      return;
    }
    times.read += System.nanoTime() - opened;
  }

  /** False if the entry was damaged and none can be made in its place. */
  private boolean readFrom(
      CacheEntry first,
      Frame frame,
      EntryForm form,
      Window window,
      int[] bands,
      ByteBuffer into,
      Layout layout) {
    try {
      first.read(window, bands, into, layout);
      return true;
    } catch (LoaderException e) {
      boolean mine = forget(frame, first);
      if (e.reason() == Reason.CORRUPT_CACHE) { // else another process evicted or replaced it
        damaged.increment();
        if (mine) {
          store.delete(store.path(first.key(), form));
        }
      }
    }
    CacheEntry second = slot(frame, form).entry();
    if (second == null) {
      return false;
    }
    try {
      second.read(window, bands, into, layout);
      return true;
    } catch (LoaderException e) {
      forget(frame, second);
      throw LoaderException.caused(
          e, Reason.CORRUPT_CACHE, "file", frame.file().location(), "entry", second.key());
    }
  }

  /** True for one of the threads that found this entry unfit. */
  private boolean forget(Frame frame, CacheEntry entry) {
    CompletableFuture<Slot> known = entries.get(frame.number());
    return known != null && known.join().entry() == entry && entries.remove(frame.number(), known);
  }

  /** The entry of a file, made by one thread while others wait, or the failure to make it. */
  private Slot slot(Frame frame, EntryForm form) {
    CompletableFuture<Slot> known = entries.get(frame.number());
    if (known != null) {
      Slot slot = known.join();
      if (!slot.isOver()) {
        return slot;
      }
      entries.remove(frame.number(), known);
    }
    CompletableFuture<Slot> mine = new CompletableFuture<>();
    known = entries.putIfAbsent(frame.number(), mine);
    if (known == null) {
      load(frame, form, mine);
      known = mine;
    }
    return known.join();
  }

  private void load(Frame frame, EntryForm form, CompletableFuture<Slot> mine) {
    try {
      mine.complete(new Slot(openOrBuild(frame, form), null, 0));
    } catch (LoaderException e) {
      mine.complete(new Slot(null, e, System.nanoTime() + RETRY_NANOS));
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private CacheEntry openOrBuild(Frame frame, EntryForm form) {
    String key = key(frame, form);
    try {
      CacheEntry entry = opener.open(key, form, frame.header());
      if (entry != null) {
        return entry;
      }
    } catch (LoaderException e) {
      if (e.reason() == Reason.TOO_MANY_FILES) {
        throw e;
      }
      damaged.increment();
      store.delete(store.path(key, form));
    }
    builder.build(frame, form, key);
    built.increment();
    CacheEntry entry = opener.open(key, form, frame.header());
    if (entry == null) {
      throw LoaderException.of(
          Reason.DISK_FULL,
          "file",
          frame.file().location(),
          "detail",
          "evicted as soon as it was made");
    }
    return entry;
  }

  private String key(Frame frame, EntryForm form) {
    try {
      return form.key(frame.file(), frame.file().path().toRealPath().toString(), policy.tileSize());
    } catch (IOException e) {
      throw frame.file().changed();
    }
  }

  /** What {@link #prepare} did. */
  public enum Prepared {
    /** Needs no entry. */
    IN_PLACE,
    /** An entry was there, and is sound as far as opening shows. */
    PRESENT,
    /** An entry was made. */
    MADE
  }

  /**
   * Makes the entry of a file unless it is there.
   *
   * @throws LoaderException DISK_FULL, and what reading the source throws
   */
  public Prepared prepare(String location) {
    Frame frame = source.frame(location);
    EntryForm form = policy.formOf(frame);
    if (form == null) {
      return Prepared.IN_PLACE;
    }
    long before = built.sum();
    boolean there = EntryBuilder.exists(store.path(key(frame, form), form));
    Slot slot = slot(frame, form);
    if (slot.failure() != null) {
      throw slot.failure();
    }
    return there && built.sum() == before ? Prepared.PRESENT : Prepared.MADE;
  }

  /**
   * Whether the file needs an entry that is not there.
   *
   * @return bytes of its pixels, which an entry takes at most, or 0
   */
  public long missingBytes(String location) {
    Frame frame = source.frame(location);
    EntryForm form = policy.formOf(frame);
    return form == null || EntryBuilder.exists(store.path(key(frame, form), form))
        ? 0
        : EntryBuilder.decodedBytes(frame.header());
  }

  /** Counts since the start, and bytes on disk. */
  public CacheCounts counts() {
    return new CacheCounts(built.sum(), damaged.sum(), store.evicted(), store.bytes());
  }

  /** Frees nothing: entries hold no descriptors, and the source belongs to whoever made it. */
  @Override
  public void close() {}
}
