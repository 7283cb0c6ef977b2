package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

class TiledFrameReaderTest extends FrameReaderContract {
  private final HandlePool pool = new HandlePool(4);

  @Override
  FrameReader open(Path scratch) {
    return new TiledFrameReader(pool, new TileCache(8 << 20), LocationPolicy.LOCAL);
  }

  @AfterEach
  void closePool() {
    assertThat(pool.lentHandles()).as("leases out").isZero();
    pool.close();
    assertThat(pool.openHandles()).as("handles open").isZero();
  }
}
