package io.ndstream.bench.sample;

import com.sun.management.ThreadMXBean;
import io.ndstream.annot.AnnotationColumns;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.index.AnnotationIndex;
import io.ndstream.pixels.StageTimes;
import io.ndstream.raster.Gdal;
import io.ndstream.raster.HandlePool;
import io.ndstream.raster.LocationPolicy;
import io.ndstream.raster.TileCache;
import io.ndstream.raster.TiledFrameReader;
import io.ndstream.sample.AnnotationRequest;
import io.ndstream.sample.ResolvedSample;
import io.ndstream.sample.SampleLoader;
import io.ndstream.sample.SampleScratch;
import io.ndstream.sample.Slice;
import io.ndstream.sample.TargetSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Samples a second of random windows: plain crops and warped ones, at scale 1, 1/2 and 1/8; time
 * and allocated bytes of every stage. One thread is measured in processor time, ours and the
 * reference's; all threads in wall time. Files are warm in the cache on both sides.
 *
 * <p>Run: {@code ./ndstream bench sample [seconds a cell, default 1] [directory for the data]
 * [Python with ndsampler installed, or -] [words of a cell ...]}. With words, such as {@code warp
 * 1024 0.5}, only the cells that have them all.
 */
public final class SampleBench {
  private static final long CACHE_BYTES = 512L << 20;
  private static final List<Double> SCALES = List.of(1.0, 0.5, 0.125);
  private static final List<Integer> SIDES = List.of(64, 256, 1024);

  private final SampleLoader loader;
  private final double seconds;
  private final Map<String, Double> reference;
  private final List<String> words;

  private SampleBench(
      SampleLoader loader, double seconds, Map<String, Double> reference, List<String> words) {
    this.loader = loader;
    this.seconds = seconds;
    this.reference = reference;
    this.words = words;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 1;
    Path directory =
        args.length > 1 ? Path.of(args[1]) : Files.createTempDirectory("ndstream-bench-sample");
    Gdal.start();
    Path manifest = new SampleData(directory).manifest();
    List<String> words = args.length > 3 ? List.of(args).subList(3, args.length) : List.of();
    boolean compared = args.length > 2 && !args[2].equals("-");
    Map<String, Double> reference =
        compared ? Reference.run(args[2], manifest, seconds, words) : Map.of();
    try (HandlePool pool = new HandlePool(16);
        TiledFrameReader reader =
            new TiledFrameReader(pool, new TileCache(CACHE_BYTES), LocationPolicy.LOCAL);
        Dataset dataset = Manifests.open(manifest, OpenOptions.strict())) {
      SampleLoader loader = new SampleLoader(dataset, AnnotationIndex.build(dataset), reader);
      new SampleBench(loader, seconds, reference, words).run();
    }
  }

  private void run() throws InterruptedException {
    System.out.printf(
        "%-9s %-5s %5s %6s %9s %9s %9s %6s | %7s %7s %7s %7s us | %8s %8s %8s bytes%n",
        "pixels",
        "kind",
        "side",
        "scale",
        "1 thread",
        "all",
        "reference",
        "ratio",
        "resolve",
        "read",
        "warp",
        "annot",
        "resolve",
        "load",
        "annot");
    for (SampleData.Kind kind : SampleData.Kind.values()) {
      for (boolean warped : new boolean[] {false, true}) {
        for (int side : SIDES) {
          for (double scale : SCALES) {
            cell(kind, warped, side, scale);
          }
        }
      }
    }
  }

  private void cell(SampleData.Kind kind, boolean warped, int side, double scale)
      throws InterruptedException {
    String name = kind.label() + " " + (warped ? "warp" : "crop") + " " + side + " " + scale;
    if (!List.of(name.split(" ")).containsAll(words)) {
      return;
    }
    Load load = new Load(kind, warped, side, scale);
    int processors = Runtime.getRuntime().availableProcessors();
    load.run(processors, seconds / 2);
    Totals one = load.run(1, seconds);
    Totals all = load.run(processors, seconds);
    load.scratch.forEach(SampleScratch::close);
    Double theirs = reference.get(name);
    System.out.printf(
        "%-9s %-5s %5d %6.3f %9.0f %9.0f %9s %6s | %7.1f %7.1f %7.1f %7.1f    | %8d %8d %8d%n",
        kind.label(),
        warped ? "warp" : "crop",
        side,
        scale,
        one.perCpuSecond(),
        all.perSecond(),
        theirs == null ? "-" : String.format("%.0f", theirs),
        theirs == null ? "-" : String.format("%.1f", one.perCpuSecond() / theirs),
        one.micros(one.resolve),
        one.micros(one.times.open + one.times.read),
        one.micros(one.times.warp),
        one.micros(one.times.annotate),
        one.resolveBytes / one.samples,
        one.loadBytes / one.samples,
        one.annotateBytes / one.samples);
  }

  /** Sums over the samples of a run. */
  private static final class Totals {
    private final StageTimes times = new StageTimes();
    private long samples;
    private long nanos;
    private long cpu;
    private long resolve;
    private long resolveBytes;
    private long loadBytes;
    private long annotateBytes;

    double perSecond() {
      return samples * 1e9 / nanos;
    }

    /**
     * By the processor's time, so that a busy machine does not blur the comparison with the
     * reference.
     */
    double perCpuSecond() {
      return samples * 1e9 / cpu;
    }

    double micros(long nanosOfStage) {
      return nanosOfStage / 1e3 / samples;
    }
  }

  /** Windows of one kind, at random places. */
  private final class Load {
    private final SampleData.Kind kind;
    private final boolean warped;
    private final int side;
    private final double scale;

    /** One a thread, kept from run to run, as workers keep it. */
    private final List<SampleScratch> scratch =
        Stream.generate(SampleScratch::new)
            .limit(Runtime.getRuntime().availableProcessors())
            .toList();

    Load(SampleData.Kind kind, boolean warped, int side, double scale) {
      this.kind = kind;
      this.warped = warped;
      this.side = side;
      this.scale = scale;
    }

    Totals run(int threads, double duration) throws InterruptedException {
      Totals[] totals = new Totals[threads];
      Thread[] workers = new Thread[threads];
      AtomicLong nanos = new AtomicLong();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        workers[t] =
            new Thread(
                () -> {
                  totals[thread] = work(thread, scratch.get(thread), duration);
                  nanos.accumulateAndGet(totals[thread].nanos, Math::max);
                });
        workers[t].start();
      }
      for (Thread worker : workers) {
        worker.join();
      }
      for (int t = 1; t < threads; t++) {
        totals[0].samples += totals[t].samples;
      }
      totals[0].nanos = nanos.get();
      return totals[0];
    }

    private Totals work(int seed, SampleScratch scratch, double duration) {
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      SplittableRandom random = new SplittableRandom(seed);
      Totals sum = new Totals();
      AnnotationColumns columns = new AnnotationColumns();
      ByteBuffer row =
          ByteBuffer.allocate(side * side * kind.bands * kind.dtype.bytes())
              .order(ByteOrder.LITTLE_ENDIAN);
      long start = System.nanoTime();
      long cpu = threads.getCurrentThreadCpuTime();
      // In processor time, so that a busy machine gets the compiler's chance too.
      while (threads.getCurrentThreadCpuTime() - cpu < duration * 1e9) {
        long bytes0 = threads.getCurrentThreadAllocatedBytes();
        long begin = System.nanoTime();
        ResolvedSample sample = loader.resolve(target(random), AnnotationRequest.ALL);
        sum.resolve += System.nanoTime() - begin;
        long bytes1 = threads.getCurrentThreadAllocatedBytes();
        loader.readInto(sample, row, scratch, sum.times);
        long bytes2 = threads.getCurrentThreadAllocatedBytes();
        columns.reset(true, true, List.of());
        loader.annotate(sample, scratch, columns, sum.times);
        sum.annotateBytes += threads.getCurrentThreadAllocatedBytes() - bytes2;
        sum.resolveBytes += bytes1 - bytes0;
        sum.loadBytes += bytes2 - bytes1;
        sum.samples++;
      }
      sum.cpu = threads.getCurrentThreadCpuTime() - cpu;
      sum.nanos = System.nanoTime() - start;
      return sum;
    }

    private TargetSpec target(SplittableRandom random) {
      long x = random.nextInt(kind.side - side - 200) + 100L;
      long y = random.nextInt(kind.side - side - 200) + 100L;
      TargetSpec.Builder target =
          TargetSpec.builder()
              .imageIds(List.of((long) kind.id(warped)))
              .channels("c:" + kind.bands)
              .spaceSlice(List.of(Slice.of(y, y + side), Slice.of(x, x + side)));
      return scale == 1 ? target.build() : target.scale(List.of(scale)).build();
    }
  }
}
