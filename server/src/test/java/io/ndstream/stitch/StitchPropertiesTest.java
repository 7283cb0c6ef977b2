package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.grid.SlidingWindow;
import io.ndstream.pixels.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of every run. */
class StitchPropertiesTest {

  @Property(tries = 25)
  void orderDuplicatesAndSplitDoNotMatter(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int clients, @ForAll boolean announced)
      throws Exception {
    Random random = new Random(seed);
    List<StitchWindow> windows =
        new ArrayList<>(IntStream.range(0, 30).mapToObj(StitchLife::window).toList());
    Precision precision = announced ? Precision.forValuesUpTo(1) : Precision.EXACT;
    double[] once = stitched(windows, 1, precision);
    List<StitchWindow> disturbed = new ArrayList<>(windows);
    disturbed.addAll(windows.subList(0, random.nextInt(30)));
    Collections.shuffle(disturbed, random);
    assertThat(stitched(disturbed, clients, precision))
        .as("seed %d, %d clients", seed, clients)
        .isEqualTo(once);
  }

  @Property(tries = 40)
  void theGridOfAnImageGivesTheImageBack(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int windowSize,
      @ForAll @IntRange(min = 0, max = 9) int overlap,
      @ForAll boolean edges,
      @ForAll boolean announced) {
    Random random = new Random(seed);
    int width = 1 + random.nextInt(60);
    int height = 1 + random.nextInt(60);
    float[] image = new float[width * height];
    for (int i = 0; i < image.length; i++) {
      image[i] =
          announced
              ? random.nextInt(256)
              : (float) (random.nextGaussian() * Math.scalb(1.0, random.nextInt(40) - 20));
    }
    double share = Math.rint(windowSize * (1 - overlap / 10.0)) < 1 ? 0 : overlap / 10.0;
    SlidingWindow.Motion motion =
        new SlidingWindow.Motion(
            new int[] {windowSize, windowSize}, new double[] {share}, new int[0], true, true);
    SlidingWindow grid = SlidingWindow.over(new int[] {height, width}, motion);
    Path bundle = temporary();
    Precision precision = announced ? Precision.forValuesUpTo(255) : Precision.EXACT;
    RunSpec base = Runs.spec(bundle, List.of("p"), precision);
    RunSpec spec = expecting(base, new Expected.Grid(motion));
    try (Dataset dataset = Runs.oneImage(bundle, width, height);
        StitchRun run = Runs.open(bundle.resolve("run"), spec, dataset)) {
      for (int row = 0; row < grid.count(0); row++) {
        for (int column = 0; column < grid.count(1); column++) {
          assertThat(row + column > 0 && run.status(1).complete()).isFalse();
          Window box =
              new Window(grid.start(1, column), grid.start(0, row), windowSize, windowSize);
          run.add(new StitchWindow(1, "", box, cut(image, width, height, box), null, edges), null);
        }
      }
      assertThat(run.status(1).complete()).isTrue();
      double[] back = read(run);
      for (int i = 0; i < image.length; i++) {
        assertThat(back[i]).as("seed %d, pixel %d", seed, i).isEqualTo(image[i]);
      }
    } finally {
      Runs.deleteTree(bundle);
    }
  }

  @Test
  void coldTilesSpillAndComeBackAndDamageIsNoticed(@TempDir Path bundle) throws Exception {
    RunSpec spec = Runs.spec(bundle, List.of("a", "b"), Precision.EXACT);
    double[] warm =
        stitched(IntStream.range(0, 40).mapToObj(StitchLife::window).toList(), 1, Precision.EXACT);
    try (Dataset dataset = StitchLife.dataset(bundle);
        StitchRun run = Runs.open(bundle.resolve("run"), spec, dataset)) {
      run.limitMemory(100_000);
      for (int i = 0; i < 40; i++) {
        run.add(StitchLife.window(i), null);
        assertThat(run.status().memoryBytes()).isLessThan(700_000);
      }
      assertThat(read(run)).isEqualTo(warm);
      Path tiles = bundle.resolve("run/tiles.0");
      byte[] bytes = Files.readAllBytes(tiles);
      for (int i = 200; i < bytes.length; i += 997) {
        bytes[i] ^= 1;
      }
      Files.write(tiles, bytes);
      run.limitMemory(0);
      assertThatThrownBy(() -> read(run))
          .isInstanceOfSatisfying(
              LoaderException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT_SPILL));
    }
  }

  @Test
  void badWindowsAreNamedAndNothingOfThemCounts(@TempDir Path bundle) throws Exception {
    float[] values = new float[16];
    try (Dataset dataset = Runs.oneImage(bundle, 8, 8);
        StitchRun run =
            Runs.open(
                bundle.resolve("run"), Runs.spec(bundle, List.of("p"), Precision.EXACT), dataset)) {
      Patch good = Runs.patch(4, 4, 1, values);
      Window box = new Window(0, 0, 4, 4);
      refused(
          run,
          new StitchWindow(1, "a", new Window(0, 0, 5, 4), good, null, false),
          Reason.BAD_SHAPE);
      refused(
          run,
          new StitchWindow(1, "a", box, Runs.patch(2, 4, 2, values), null, false),
          Reason.BANDS);
      refused(run, new StitchWindow(9, "a", box, good, null, false), Reason.UNKNOWN_IMAGE);
      refused(
          run, new StitchWindow(1, "a", box, good, weights(Float.NaN), false), Reason.BAD_WEIGHTS);
      refused(run, new StitchWindow(1, "a", box, good, weights(-1), false), Reason.BAD_WEIGHTS);
      Patch torn = new Patch(4, 4, 1, false, DType.FLOAT64, good.data());
      refused(run, new StitchWindow(1, "a", box, torn, null, false), Reason.BAD_SHAPE);
      assertThat(run.status().windows()).isZero();
      run.add(new StitchWindow(1, "a", box, good, null, false), null);
      refused(
          run,
          new StitchWindow(1, "a", new Window(1, 0, 4, 4), good, null, false),
          Reason.WINDOW_REUSED);
      run.finalizeImage(1, false);
      refused(run, new StitchWindow(1, "b", box, good, null, false), Reason.FINALIZED);
      assertThat(run.add(new StitchWindow(1, "a", box, good, null, false), null).duplicate())
          .as("sent again")
          .isTrue();
    }
  }

  private static void refused(StitchRun run, StitchWindow window, Reason reason) {
    assertThatThrownBy(() -> run.add(window, null))
        .isInstanceOfSatisfying(
            LoaderException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static StitchWindow.Weights weights(float weight) {
    ByteBuffer floats = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    while (floats.hasRemaining()) {
      floats.putFloat(weight);
    }
    return new StitchWindow.Weights(4, 4, floats.flip().asFloatBuffer());
  }

  private static RunSpec expecting(RunSpec base, Expected expected) {
    return new RunSpec(
        base.name(),
        base.channelCodes(),
        base.channels(),
        base.space(),
        1,
        1,
        base.nanPolicy(),
        base.placement(),
        base.precision(),
        expected,
        Map.of(),
        false,
        false,
        base.output(),
        base.memoryBytes());
  }

  private static Patch cut(float[] image, int width, int height, Window box) {
    float[] values = new float[box.width() * box.height()];
    for (int y = 0; y < box.height(); y++) {
      for (int x = 0; x < box.width(); x++) {
        boolean inside = box.y() + y < height && box.x() + x < width;
        values[y * box.width() + x] =
            inside ? image[(box.y() + y) * width + box.x() + x] : Float.NaN;
      }
    }
    return Runs.patch(box.height(), box.width(), 1, values);
  }

  /** Sums and weights of the canvas of {@link StitchLife}. */
  private static double[] stitched(List<StitchWindow> windows, int clients, Precision precision)
      throws Exception {
    Path bundle = temporary();
    RunSpec spec = Runs.spec(bundle, List.of("a", "b"), precision);
    try (Dataset dataset = StitchLife.dataset(bundle);
        StitchRun run = Runs.open(bundle.resolve("run"), spec, dataset)) {
      List<Thread> threads = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        int share = client;
        threads.add(
            new Thread(
                () -> {
                  for (int i = share; i < windows.size(); i += clients) {
                    run.add(windows.get(i), null);
                  }
                }));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      return read(run);
    } finally {
      Runs.deleteTree(bundle);
    }
  }

  private static double[] read(StitchRun run) {
    CanvasView view = run.view(1);
    double[] sums = new double[(int) view.bounds().area() * view.bands()];
    double[] weights = new double[(int) view.bounds().area()];
    view.read(view.bounds(), sums, weights);
    double[] both = Arrays.copyOf(sums, sums.length + weights.length);
    CanvasView.average(both, weights, weights.length, view.bands());
    System.arraycopy(weights, 0, both, sums.length, weights.length);
    return both;
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("ndstream-stitch");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
