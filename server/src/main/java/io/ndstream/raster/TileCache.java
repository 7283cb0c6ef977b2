package io.ndstream.raster;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Decoded tiles of all files, bounded in bytes and shared by all threads. A tile is decoded once
 * however many threads want it: the first decodes, the others wait for it, also for its failure.
 * Admission weighs how often a tile was wanted of late, so that a scan over everything does not
 * drive out what is read again and again.
 */
public final class TileCache {
  private final long capacity;
  private final AsyncCache<TileKey, Tile> tiles;
  private final ConcurrentMap<TileKey, CompletableFuture<Tile>> map;
  private final AtomicLong frames = new AtomicLong();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  /**
   * @param capacity bytes of decoded pixels; 0 keeps nothing
   */
  public TileCache(long capacity) {
    this.capacity = capacity;
    this.tiles =
        Caffeine.newBuilder()
            .maximumWeight(capacity)
            .weigher((TileKey key, Tile tile) -> tile.weight())
            .executor(Runnable::run) // upkeep is short; a hop to another thread would cost more
            .buildAsync();
    this.map = tiles.asMap();
  }

  /** A number for one state of one file, never given twice. */
  long newFrame() {
    return frames.incrementAndGet();
  }

  long capacity() {
    return capacity;
  }

  /**
   * The tile with at least {@code rows} rows. At first only the rows asked for are decoded, as that
   * is all many tiles are ever asked for; a tile that comes up short later is decoded whole.
   */
  Tile get(TileKey key, int rows, TileSource source) {
    CompletableFuture<Tile> known = map.get(key);
    if (known == null) {
      CompletableFuture<Tile> mine = new CompletableFuture<>();
      known = map.putIfAbsent(key, mine);
      if (known == null) {
        return load(key, rows, source, mine);
      }
    }
    Tile tile = known.join();
    if (tile.failure() != null) {
      throw tile.failure();
    }
    if (tile.rows() >= rows) {
      hits.increment();
      return tile;
    }
    CompletableFuture<Tile> whole = new CompletableFuture<>();
    return map.replace(key, known, whole)
        ? load(key, source.grid().rowsOf(key.tile()), source, whole)
        : get(key, rows, source);
  }

  private Tile load(TileKey key, int wanted, TileSource source, CompletableFuture<Tile> mine) {
    misses.increment();
    try {
      int rows = source.decodable(key.tile(), wanted);
      byte[] bytes = new byte[rows * source.grid().rowBytes()];
      source.decode(key.tile(), key.group(), rows, bytes);
      Tile tile = Tile.of(bytes, rows);
      mine.complete(tile);
      return tile;
    } catch (RuntimeException e) {
      map.remove(key, mine);
      mine.complete(Tile.failed(e)); // the waiters fail with it; whoever comes later tries again
      throw e;
    } catch (Error e) {
      mine.completeExceptionally(e);
      throw e;
    }
  }

  /** Tiles found. */
  public long hits() {
    return hits.sum();
  }

  /** Tiles decoded. */
  public long misses() {
    return misses.sum();
  }

  /** Bytes held now. */
  public long bytes() {
    return tiles.synchronous().policy().eviction().map(e -> e.weightedSize().orElse(0)).orElse(0L);
  }
}
