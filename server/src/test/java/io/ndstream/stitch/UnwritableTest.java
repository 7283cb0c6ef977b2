package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.DType;
import io.ndstream.raster.RasterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Places where no raster can be written, for whatever user: other things lie there. */
class UnwritableTest {
  @TempDir Path bundle;
  private Dataset dataset;

  @BeforeEach
  void open() {
    dataset = Runs.oneImage(bundle, 8, 8);
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  private StitchRun run() {
    OutputSpec output = Runs.output(bundle, RasterSpec.Format.COG, DType.INT16);
    RunSpec spec = Runs.spec(List.of("p"), Precision.EXACT, output);
    return Runs.open(bundle.resolve("run"), spec, dataset);
  }

  private static void assertNotWritable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            LoaderException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_WRITABLE));
  }

  @Test
  void aFileInPlaceOfTheDirectoryRefusesTheRun() throws IOException {
    Files.createDirectories(bundle.resolve("_assets"));
    Files.createFile(bundle.resolve("_assets/pred"));
    assertNotWritable(this::run);
  }

  @Test
  void aDirectoryInPlaceOfTheRasterCostsNothing() throws Exception {
    Path taken = Files.createDirectories(bundle.resolve("_assets/pred/im1_p.tif"));
    try (StitchRun run = run()) {
      Patch patch = Runs.patch(8, 8, 1, new float[64]);
      run.add(new StitchWindow(1, "w", null, patch, null, false), null);
      assertNotWritable(() -> run.finalizeImage(1, true));
      assertThat(run.status().windows()).isEqualTo(1);
      Files.delete(taken);
      assertThat(bundle.resolve(run.finalizeImage(1, true).fileName())).isRegularFile();
    }
  }
}
