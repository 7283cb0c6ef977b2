package io.ndstream.bench.stitch;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.raster.RasterSpec;
import io.ndstream.stitch.Arrival;
import io.ndstream.stitch.Canvas;
import io.ndstream.stitch.EdgeWeights;
import io.ndstream.stitch.Expected;
import io.ndstream.stitch.NanPolicy;
import io.ndstream.stitch.OutputSpec;
import io.ndstream.stitch.Patch;
import io.ndstream.stitch.PatchWeights;
import io.ndstream.stitch.Placement;
import io.ndstream.stitch.Precision;
import io.ndstream.stitch.RunSpec;
import io.ndstream.stitch.StitchOptions;
import io.ndstream.stitch.StitchRun;
import io.ndstream.stitch.StitchSpace;
import io.ndstream.stitch.StitchWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Milliseconds to add a window of 512² pixels that overlaps its neighbours by half: onto a canvas
 * in memory, as the reference does, and by a run, in messages of eight that are on the disk before
 * the next comes. And to finalize a canvas of 4096² (int16, DEFLATE, no overviews, random values).
 * Of many times the tenth percentile is given, here and for the reference, so that other work on
 * the machine does not count. Beside them the reference's recorded times, and its bare accumulator
 * now if the given Python has kwarray.
 *
 * <p>Run: {@code ./ndstream bench stitch [Python with kwarray installed]}; {@code ./ndstream bench
 * stitch --large [WINDOWS]} for a canvas that is far larger than the server's memory ({@link
 * LargeCanvas}); {@code ./ndstream bench stitch --server [MESSAGES]} for streams to a server
 * ({@link ServedWindows}); {@code ./ndstream bench stitch --python [--rounds N]} for the same from
 * Python, in messages and in shared memory.
 */
public final class StitchBench {
  static final int SIDE = 4096;
  static final int WINDOW = 512;
  private static final int STEP = 256;
  private static final int ROUNDS = 3;
  private static final int WARM_UP = 400;
  private static final int MEASURED = 300;
  private static final int MESSAGE = 8;
  private static final int FINALIZED = 5;
  private static final int LARGE = 600;
  private static final int SERVED = 240;
  private static final long MEMORY = 1L << 31;

  /** Milliseconds of the reference, as measured when its behaviour was recorded. */
  private static final Map<String, Double> RECORDED =
      Map.of("1 plain", 0.50, "3 edges", 7.3, "finalize", 1600.0);

  private StitchBench() {}

  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("--large")) {
      LargeCanvas.run(
          Path.of(System.getProperty("ndstream.home")),
          args.length > 1 ? Integer.parseInt(args[1]) : LARGE);
      return;
    }
    if (args.length > 0 && args[0].equals("--server")) {
      ServedWindows.run(
          Path.of(System.getProperty("ndstream.home")),
          args.length > 1 ? Integer.parseInt(args[1]) : SERVED);
      return;
    }
    if (args.length > 0 && args[0].equals("--python")) {
      System.exit(python(List.of(args).subList(1, args.length)));
    }
    Map<String, Double> reference = args.length == 0 ? Map.of() : Reference.run(args[0]);
    System.out.printf(
        "%-28s %10s %12s %12s%n", "512² window, bands", "ms", "x recorded", "x reference");
    Path scratch = Files.createTempDirectory("ndstream-bench-stitch");
    try {
      warmUp();
      for (int bands : new int[] {1, 3}) {
        for (boolean edges : new boolean[] {false, true}) {
          String name = bands + (edges ? " edges" : " plain");
          report(name, canvas(bands, edges, 1), reference);
          report(name + ", in messages", canvas(bands, edges, MESSAGE), reference);
          report(
              name + ", acknowledged",
              acknowledged(scratch.resolve(name.replace(' ', '-')), bands, edges),
              reference);
        }
      }
      report("finalize", finish(scratch.resolve("finalize")), reference);
    } finally {
      delete(scratch);
    }
  }

  /** Until everything is compiled, which takes seconds on two processors. */
  private static void warmUp() {
    for (int round = 0; round < ROUNDS; round++) {
      for (boolean edges : new boolean[] {false, true}) {
        canvas(1, edges, 1);
        canvas(3, edges, MESSAGE);
      }
    }
  }

  /** Returns the status of the process. */
  private static int python(List<String> options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(System.getProperty("ndstream.python"), "-m", "ndstream.bench", "stitch"));
    command.addAll(options);
    ProcessBuilder client = new ProcessBuilder(command).inheritIO();
    client.environment().put("NDSTREAM_HOME", System.getProperty("ndstream.home"));
    return client.start().waitFor();
  }

  /** Removes a directory and all in it. */
  static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void report(String name, double millis, Map<String, Double> reference) {
    System.out.printf(
        Locale.ROOT,
        "%-28s %10.3f %12s %12s%n",
        name,
        millis,
        times(RECORDED.get(name), millis),
        times(reference.get(name), millis));
  }

  private static String times(Double reference, double ours) {
    return reference == null ? "-" : String.format(Locale.ROOT, "%.1f", reference / ours);
  }

  /**
   * @param together windows that are added by one call
   */
  private static double canvas(int bands, boolean edges, int together) {
    Patch patch = random(bands);
    Canvas canvas = Canvas.inMemory(SIDE, SIDE, bands, STEP, Precision.forValuesUpTo(1));
    // Made once, as the reference keeps masks by their size.
    PatchWeights weights =
        edges
            ? new PatchWeights(null, 0, EdgeWeights.of(WINDOW, WINDOW, bands))
            : PatchWeights.UNIT;
    double[] times = new double[MEASURED / together];
    for (int i = -WARM_UP / together; i < times.length; i++) {
      int first = WARM_UP + i * together;
      List<Canvas.Addition> windows =
          IntStream.range(first, first + together)
              .mapToObj(n -> new Canvas.Addition(patch, weights, box(n), n + 1))
              .toList();
      long start = System.nanoTime();
      canvas.add(windows, NanPolicy.OMIT);
      if (i >= 0) {
        times[i] = (System.nanoTime() - start) / 1e6 / together;
      }
    }
    return tenth(times);
  }

  static Window box(int i) {
    return new Window(STEP * (i % 15), STEP * (i / 15 % 15), WINDOW, WINDOW);
  }

  private static double acknowledged(Path bundle, int bands, boolean edges) throws Exception {
    Patch patch = random(bands);
    double[] times = new double[MEASURED / MESSAGE];
    try (Dataset dataset = dataset(bundle);
        StitchRun run = open(bundle, bands, dataset)) {
      for (int i = -WARM_UP / MESSAGE; i < times.length; i++) {
        int first = (i + WARM_UP) * MESSAGE;
        List<Arrival> message =
            IntStream.range(first, first + MESSAGE)
                .mapToObj(n -> new StitchWindow(1, "w" + n, box(n), patch, null, edges))
                .map(window -> new Arrival(window, null))
                .toList();
        long start = System.nanoTime();
        run.add(message);
        run.commit();
        if (i >= 0) {
          times[i] = (System.nanoTime() - start) / 1e6 / MESSAGE;
        }
      }
    }
    return tenth(times);
  }

  private static double finish(Path bundle) throws Exception {
    double[] times = new double[FINALIZED];
    for (int i = 0; i < FINALIZED; i++) {
      Path own = bundle.resolve(Integer.toString(i));
      try (Dataset dataset = dataset(own);
          StitchRun run = open(own, 1, dataset)) {
        Patch patch = random(1);
        for (int tile = 0; tile < 64; tile++) {
          Window box = new Window(WINDOW * (tile % 8), WINDOW * (tile / 8), WINDOW, WINDOW);
          run.add(new StitchWindow(1, "w" + tile, box, patch, null, false), null);
        }
        run.commit(); // as before a window is acknowledged: its journal is no part of the raster
        long start = System.nanoTime();
        run.finalizeImage(1, true);
        times[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    return tenth(times);
  }

  private static double tenth(double[] times) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 10];
  }

  static Patch random(int bands) {
    ByteBuffer data =
        ByteBuffer.allocateDirect(4 * WINDOW * WINDOW * bands).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(1);
    while (data.hasRemaining()) {
      data.putFloat(random.nextFloat());
    }
    return new Patch(WINDOW, WINDOW, bands, false, DType.FLOAT32, data.flip());
  }

  private static Dataset dataset(Path bundle) throws IOException {
    return Manifests.open(manifest(bundle, SIDE), OpenOptions.strict());
  }

  /** Writes a data set of one square image. */
  static Path manifest(Path bundle, int side) throws IOException {
    Files.createDirectories(bundle);
    String image =
        String.format(
            "{\"id\": 1, \"name\": \"im\", \"file_name\": \"im.png\", \"width\": %d, \"height\":"
                + " %<d}",
            side);
    return Files.writeString(
        bundle.resolve("data.kwcoco.json"), "{\"images\": [" + image + "], \"annotations\": []}");
  }

  private static StitchRun open(Path bundle, int bands, Dataset dataset) throws IOException {
    OutputSpec output =
        new OutputSpec(
            RasterSpec.Format.GTIFF,
            DType.INT16,
            0.0,
            1.0,
            false,
            "DEFLATE",
            STEP,
            List.of(),
            bundle.resolve("_assets"),
            bundle.resolve("data.kwcoco.json"),
            OutputSpec.IfExists.FAIL,
            true);
    List<String> channels = IntStream.range(0, bands).mapToObj(b -> "b" + b).toList();
    RunSpec spec =
        new RunSpec(
            "bench",
            String.join("|", channels),
            channels,
            StitchSpace.IMAGE,
            1,
            1,
            NanPolicy.OMIT,
            Placement.STRICT,
            Precision.forValuesUpTo(1),
            new Expected.Unknown(),
            new TreeMap<>(),
            false,
            false,
            output,
            MEMORY);
    Path directory = Files.createDirectories(bundle.resolve("run"));
    return StitchRun.open(directory, spec, dataset, new StitchOptions(directory, MEMORY, MEMORY));
  }
}
