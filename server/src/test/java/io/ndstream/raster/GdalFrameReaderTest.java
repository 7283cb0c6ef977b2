package io.ndstream.raster;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

class GdalFrameReaderTest extends FrameReaderContract {
  private final HandlePool pool = new HandlePool(4);

  @Override
  FrameReader open(Path scratch) {
    return new GdalFrameReader(pool);
  }

  @AfterEach
  void closePool() {
    org.assertj.core.api.Assertions.assertThat(pool.lentHandles()).as("leases out").isZero();
    pool.close();
    org.assertj.core.api.Assertions.assertThat(pool.openHandles()).as("handles open").isZero();
  }
}
