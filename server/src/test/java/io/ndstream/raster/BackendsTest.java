package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The reader's contract for every form of entry. */
class BackendsTest {
  abstract static class Contract extends FrameReaderContract {
    private final HandlePool pool = new HandlePool(4);
    private final Backend backend;

    Contract(Backend backend) {
      this.backend = backend;
    }

    @Override
    FrameReader open(Path scratch) {
      TiledFrameReader source =
          new TiledFrameReader(pool, new TileCache(8 << 20), LocationPolicy.LOCAL);
      return new CachedFrameReader(
          source, pool, new CacheOptions(backend, scratch, 1 << 30, 0, 48));
    }

    @AfterEach
    void closePool() {
      assertThat(pool.lentHandles()).as("leases out").isZero();
      pool.close();
    }
  }

  @Nested
  class None extends Contract {
    None() {
      super(Backend.NONE);
    }
  }

  @Nested
  class Npy extends Contract {
    Npy() {
      super(Backend.NPY);
    }
  }

  @Nested
  class Cog extends Contract {
    Cog() {
      super(Backend.COG);
    }
  }

  @Nested
  class Auto extends Contract {
    Auto() {
      super(Backend.AUTO);
    }
  }

  @Nested
  class Raw extends Contract {
    Raw() {
      super(Backend.RAW);
    }
  }
}
