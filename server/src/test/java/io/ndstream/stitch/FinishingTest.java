package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.raster.RasterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A raster that is given up leaves nothing behind, and the canvas as it was. */
class FinishingTest {
  private static final int SIDE = 600;
  private static final int WINDOW = 200;

  @TempDir Path bundle;
  private Dataset dataset;
  private double[] averages;

  @BeforeEach
  void open() {
    dataset = Runs.oneImage(bundle, SIDE, SIDE);
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  private StitchRun run(RasterSpec.Format format) {
    OutputSpec output = Runs.output(bundle, format, DType.INT16, 64);
    RunSpec spec = Runs.spec(List.of("a"), Precision.EXACT, output);
    return Runs.open(bundle.resolve("run"), spec, dataset);
  }

  private void fill(StitchRun run) {
    float[] values = new float[WINDOW * WINDOW];
    for (int y = 0; y < SIDE; y += WINDOW) {
      for (int x = 0; x < SIDE; x += WINDOW) {
        IntStream.range(0, values.length).forEach(i -> values[i] = i % 100 / 100f);
        Window box = new Window(x, y, WINDOW, WINDOW);
        Patch patch = Runs.patch(WINDOW, WINDOW, 1, values);
        run.add(new StitchWindow(1, "", box, patch, null, false), null);
      }
    }
    run.commit();
    averages = averages(run);
  }

  private static double[] averages(StitchRun run) {
    double[] values = new double[SIDE * SIDE];
    run.view(1).averages(new Window(0, 0, SIDE, SIDE), values);
    return values;
  }

  private void assertNoTrace(StitchRun run) throws IOException {
    try (Stream<Path> files = Files.list(bundle.resolve("_assets/pred"))) {
      assertThat(files).isEmpty();
    }
    assertThat(run.status(1).written()).isZero();
    assertThat(run.status(1).raster()).isNull();
    assertThat(Arrays.equals(averages(run), averages)).as("the canvas is as before").isTrue();
  }

  /** At the start, among the blocks, and while GDAL makes overviews and the copy. */
  @ParameterizedTest
  @CsvSource({"GTIFF, 0", "GTIFF, 0.2", "COG, 0.2", "COG, 0.5", "COG, 0.8"})
  void endsWhereItIsWantedNoMore(RasterSpec.Format format, double share) throws Exception {
    try (StitchRun run = run(format)) {
      fill(run);
      assertThatThrownBy(() -> run.finalizeImage(1, true, () -> run.status(1).written() < share))
          .isInstanceOf(CancellationException.class);
      assertNoTrace(run);
      assertThat(bundle.resolve(run.finalizeImage(1, true).fileName())).exists();
    }
  }

  @Test
  void tellsHowFarItIs() throws Exception {
    try (StitchRun run = run(RasterSpec.Format.COG)) {
      fill(run);
      List<Double> shares = Collections.synchronizedList(new ArrayList<>());
      run.finalizeImage(1, true, () -> shares.add(run.status(1).written()));
      assertThat(shares).isSorted().allMatch(share -> share >= 0 && share <= 1);
      assertThat(shares).anyMatch(share -> share > 0.1 && share < 0.5);
      assertThat(shares).anyMatch(share -> share > 0.75);
      assertThat(run.status(1).written()).isZero();
    }
  }

  @Test
  void closingTheRunGivesItUp() throws Exception {
    StitchRun run = run(RasterSpec.Format.COG);
    fill(run);
    Thread closing = new Thread(run::close);
    assertThatThrownBy(() -> run.finalizeImage(1, true, () -> waits(closing)))
        .isInstanceOfSatisfying(
            LoaderException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN_RUN));
    closing.join();
    try (StitchRun again = run(RasterSpec.Format.COG)) {
      assertNoTrace(again);
      assertThat(bundle.resolve(again.finalizeImage(1, true).fileName())).exists();
    }
  }

  /** Returns when the closing of the run waits for the raster. */
  private static boolean waits(Thread closing) {
    if (closing.getState() == Thread.State.NEW) {
      closing.start();
    }
    while (closing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return true;
  }
}
