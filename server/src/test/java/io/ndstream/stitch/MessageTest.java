package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The windows of one message: together on their way to the disk, each with an answer of its own.
 */
class MessageTest {
  private static final long MIB = 1 << 20;

  @TempDir Path bundle;

  @Test
  void oneBadWindowLeavesTheOthersAlone() throws Exception {
    StitchWindow good = StitchLife.window(1);
    Window box = good.box();
    Window tooWide = new Window(box.x(), box.y(), box.width() + 1, box.height());
    try (Dataset dataset = StitchLife.dataset(bundle);
        StitchRun run = open(dataset)) {
      List<Outcome> outcomes =
          add(
              run,
              good,
              new StitchWindow(1, "bad", tooWide, good.patch(), null, false),
              new StitchWindow(77, "", box, good.patch(), null, false),
              StitchLife.window(2),
              good,
              new StitchWindow(1, good.id(), tooWide, good.patch(), null, false));
      assertThat(outcomes.stream().map(MessageTest::said))
          .containsExactly(
              "w1 counted 1",
              "BAD_SHAPE",
              "UNKNOWN_IMAGE",
              "w2 counted 2",
              "w1 again 2",
              "WINDOW_REUSED");
      assertThat(run.status().windows()).isEqualTo(2);
      assertThat(run.imageIds()).containsExactly(1L);
    }
  }

  @Test
  void anImageIsNotKnownByARefusedWindow() throws Exception {
    StitchWindow window = StitchLife.window(1);
    Window other = new Window(0, 0, 1, 1);
    try (Dataset dataset = StitchLife.dataset(bundle);
        StitchRun run = open(dataset)) {
      assertThat(said(add(run, new StitchWindow(1, "", other, window.patch(), null, false)).get(0)))
          .isEqualTo("BAD_SHAPE");
      assertThat(run.imageIds()).isEmpty();
    }
  }

  @Test
  void aRunThatCannotAddWhatItsJournalHasStopsUntilItIsOpenedAgain() throws Exception {
    StitchWindow[] windows =
        IntStream.range(0, 30).mapToObj(StitchLife::window).toArray(StitchWindow[]::new);
    try (Dataset dataset = StitchLife.dataset(bundle)) {
      try (StitchRun run = open(dataset)) {
        add(run, windows);
        run.limitMemory(0); // all tiles go to their file
        Path tiles = bundle.resolve("run/tiles.0");
        byte[] bytes = Files.readAllBytes(tiles);
        for (int i = 200; i < bytes.length; i += 97) {
          bytes[i] ^= 1;
        }
        Files.write(tiles, bytes);
        StitchWindow next = StitchLife.window(30);
        assertThatThrownBy(() -> add(run, next)).satisfies(MessageTest::isCorrupt);
        assertThat(add(run, StitchLife.window(31)).get(0).refusal())
            .satisfies(MessageTest::isCorrupt);
        assertThatThrownBy(() -> read(run)).satisfies(MessageTest::isCorrupt);
      }
      try (StitchRun run = open(dataset)) {
        assertThat(run.status().windows()).isEqualTo(31);
        double[] mended = read(run);
        RunSpec spec = Runs.spec(bundle, List.of("a", "b"), Precision.EXACT);
        try (StitchRun whole = Runs.open(bundle.resolve("whole"), spec, dataset)) {
          add(whole, windows);
          add(whole, StitchLife.window(30));
          assertThat(mended).isEqualTo(read(whole));
        }
      }
    }
  }

  private static void isCorrupt(Throwable failure) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            LoaderException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT_SPILL));
  }

  @Test
  void messagesOfAnySizeGiveTheSameCanvasNowAndAfterReopening() throws Exception {
    double[] single = canvas(1, 1, 64 * MIB, 64 * MIB);
    Random random = new Random(5);
    for (int i = 0; i < 12; i++) {
      int size = 1 + random.nextInt(30);
      int streams = 1 + random.nextInt(4);
      boolean scarce = i % 2 == 1; // tiles spill and journals are begun anew all the time
      double[] canvas = canvas(size, streams, scarce ? 200_000 : MIB, scarce ? 150_000 : 64 * MIB);
      assertThat(canvas)
          .as("%d streams of messages of %d, scarce: %s", streams, size, scarce)
          .isEqualTo(single);
    }
  }

  /** Sums and weights of all windows, in a run of its own that is opened twice. */
  private double[] canvas(int size, int streams, long memory, long journal) throws Exception {
    Path own = Files.createTempDirectory(bundle, "run");
    List<Integer> numbers =
        new ArrayList<>(IntStream.range(0, StitchLife.WINDOWS).boxed().toList());
    Collections.shuffle(numbers, new Random(size));
    RunSpec spec = Runs.spec(own, List.of("a", "b"), Precision.EXACT);
    StitchOptions options = new StitchOptions(own, 64 * MIB, journal);
    try (Dataset dataset = StitchLife.dataset(own)) {
      double[] first;
      try (StitchRun run = StitchRun.open(own, spec, dataset, options)) {
        run.limitMemory(memory);
        List<Thread> threads = new ArrayList<>();
        for (int stream = 0; stream < streams; stream++) {
          int start = stream * size;
          threads.add(new Thread(() -> send(run, numbers, size, start, streams * size)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
          thread.join();
        }
        assertThat(run.status().windows()).isEqualTo(numbers.size());
        first = read(run);
      }
      try (StitchRun run = StitchRun.open(own, spec, dataset, options)) {
        assertThat(read(run)).isEqualTo(first);
      }
      return first;
    }
  }

  private static void send(StitchRun run, List<Integer> numbers, int size, int start, int step) {
    for (int at = start; at < numbers.size(); at += step) {
      List<Integer> message = numbers.subList(at, Math.min(at + size, numbers.size()));
      add(run, message.stream().map(StitchLife::window).toArray(StitchWindow[]::new));
      run.commit();
    }
  }

  private static double[] read(StitchRun run) {
    Window all = run.view(1).bounds();
    double[] sums = new double[(int) all.area() * 2];
    double[] weights = new double[(int) all.area()];
    run.view(1).read(all, sums, weights);
    return DoubleStream.concat(Arrays.stream(sums), Arrays.stream(weights)).toArray();
  }

  private StitchRun open(Dataset dataset) {
    RunSpec spec = Runs.spec(bundle, List.of("a", "b"), Precision.EXACT);
    return Runs.open(bundle.resolve("run"), spec, dataset);
  }

  private static List<Outcome> add(StitchRun run, StitchWindow... windows) {
    return run.add(Stream.of(windows).map(window -> new Arrival(window, null)).toList());
  }

  private static String said(Outcome outcome) {
    if (outcome.refusal() != null) {
      return outcome.refusal().reason().name();
    }
    Receipt receipt = outcome.receipt();
    return receipt.id() + (receipt.duplicate() ? " again " : " counted ") + receipt.windows();
  }
}
