package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TileCacheTest {
  private static final TileGrid GRID = new TileGrid(1024, 1024, 64, 64, 1, 1, 1);

  /** Counts decodes; the pixels of a tile are its number. */
  private static final class Counting implements TileSource {
    final AtomicInteger decoded = new AtomicInteger();
    volatile CountDownLatch gate = new CountDownLatch(0);

    @Override
    public TileGrid grid() {
      return GRID;
    }

    @Override
    public int decodable(int tile, int rows) {
      return rows;
    }

    @Override
    public void decode(int tile, int group, int rows, byte[] into) {
      decoded.incrementAndGet();
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (tile == 13) {
        throw LoaderException.of(Reason.UNREADABLE_FILE, "file", "thirteen");
      }
      Arrays.fill(into, (byte) tile);
    }
  }

  @Test
  void decodesATileOnceHoweverManyThreadsWantIt() throws Exception {
    Counting source = new Counting();
    source.gate = new CountDownLatch(1);
    TileCache cache = new TileCache(1 << 20);
    ExecutorService threads = Executors.newFixedThreadPool(16);
    List<Future<Tile>> waiting = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      waiting.add(threads.submit(() -> cache.get(new TileKey(1, 0, 5, 0), 64, source)));
    }
    source.gate.countDown();
    for (Future<Tile> tile : waiting) {
      assertThat(tile.get().pixels().get(0)).isEqualTo((byte) 5);
    }
    threads.shutdown();
    assertThat(source.decoded).hasValue(1);
  }

  @Test
  void forgetsFailuresAndNeverServesThem() {
    Counting source = new Counting();
    TileCache cache = new TileCache(1 << 20);
    for (int i = 1; i <= 3; i++) {
      FrameReaderContract.assertReason(
          Reason.UNREADABLE_FILE, () -> cache.get(new TileKey(1, 0, 13, 0), 64, source));
      assertThat(source.decoded).hasValue(i);
    }
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void decodesOnlyTheRowsAskedForAndAllOfThemTheSecondTime() {
    Counting source = new Counting();
    TileCache cache = new TileCache(1 << 20);
    TileKey key = new TileKey(1, 0, 5, 0);
    assertThat(cache.get(key, 10, source).rows()).isEqualTo(10);
    assertThat(cache.get(key, 10, source).rows()).isEqualTo(10);
    assertThat(cache.get(key, 11, source).rows()).isEqualTo(64);
    assertThat(cache.get(key, 64, source).rows()).isEqualTo(64);
    assertThat(source.decoded).hasValue(2);
  }

  @Test
  void staysWithinItsBytesAndKeepsWhatIsWantedOftenThroughAScan() {
    Counting source = new Counting();
    TileCache cache = new TileCache(40 * (GRID.tileBytes() + 160));
    for (int tile = 100; tile < 140; tile++) { // counting begins when the cache is half full
      cache.get(new TileKey(3, 0, tile, 0), 64, source);
    }
    for (int round = 0; round < 10; round++) {
      for (int tile = 14; tile < 24; tile++) {
        cache.get(new TileKey(1, 0, tile, 0), 64, source);
      }
    }
    for (int tile = 14; tile < 256; tile++) {
      cache.get(new TileKey(2, 0, tile, 0), 64, source);
      assertThat(cache.bytes()).isLessThanOrEqualTo(40 * (GRID.tileBytes() + 160));
    }
    int before = source.decoded.get();
    for (int tile = 14; tile < 24; tile++) {
      cache.get(new TileKey(1, 0, tile, 0), 64, source);
    }
    assertThat(source.decoded.get() - before)
        .as("of 10 hot tiles, decoded again after the scan")
        .isLessThanOrEqualTo(2);
  }
}
