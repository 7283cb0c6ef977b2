package io.ndstream.bench.regions;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.index.AnnotationIndex;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.function.LongSupplier;

/**
 * Seconds of every operation at growing numbers of annotations, on one thread and on all cores,
 * beside a JTS HPRtree and, up to {@value #LARGEST_REFERENCE} annotations, ndsampler on the same
 * manifest where Python has it (a million would take it minutes an operation). One thread and
 * ndsampler are measured in seconds of processor time, which other work on the machine stretches
 * least; all cores by the clock. A short call is repeated for a second and the best is taken.
 *
 * <p>Run: {@code ./ndstream bench regions [--python PYTHON] [--only TEXT] [SIZE…]}: only operations
 * with TEXT in their name; a size is annotations, or annotations x annotations an image; default
 * 1000 10000 100000 1000000 100000x1000.
 */
public final class RegionsBench {
  private static final int PER_IMAGE = 10;
  private static final int LARGEST_REFERENCE = 100_000;
  private static final double SECONDS = 1;
  private static final List<String> SIZES =
      List.of("1000", "10000", "100000", "1000000", "100000x1000");

  private final String python;
  private final String only;

  private RegionsBench(String python, String only) {
    this.python = python;
    this.only = only;
  }

  public static void main(String[] args) throws Exception {
    Map<String, String> options = new HashMap<>();
    int at = 0;
    for (; at + 1 < args.length && args[at].startsWith("--"); at += 2) {
      options.put(args[at], args[at + 1]);
    }
    RegionsBench bench =
        new RegionsBench(
            options.getOrDefault(
                "--python", System.getProperty("ndstream.python", "/usr/bin/python3")),
            options.getOrDefault("--only", ""));
    List<String> sizes = List.of(args).subList(at, args.length);
    System.out.println(
        "annotations | per image | operation | one thread, processor s | "
            + ForkJoinPool.commonPool().getParallelism()
            + " + 1 threads s | ns an annotation or query | ndsampler, processor s | times, one thread (all)");
    for (String size : sizes.isEmpty() ? SIZES : sizes) {
      String[] parts = size.split("x");
      bench.run(
          Integer.parseInt(parts[0]), parts.length > 1 ? Integer.parseInt(parts[1]) : PER_IMAGE);
    }
  }

  private void run(int annotations, int perImage) throws Exception {
    Path manifest = Files.createTempFile("regions", ".kwcoco.json");
    try {
      new RegionsManifest(annotations, perImage).write(manifest);
      Map<String, Double> reference =
          annotations > LARGEST_REFERENCE ? Map.of() : reference(manifest);
      try (Dataset dataset = Manifests.open(manifest, OpenOptions.strict())) {
        measure(dataset, annotations, perImage, reference);
      }
    } finally {
      Files.delete(manifest);
    }
  }

  private void measure(
      Dataset dataset, int annotations, int perImage, Map<String, Double> reference)
      throws Exception {
    if (annotations >= LARGEST_REFERENCE) { // below, the heap's own noise is larger
      System.out.printf(
          Locale.ROOT,
          "%d | %d | index, bytes an annotation | %.1f%n",
          annotations,
          perImage,
          bytes(dataset) / annotations);
    }
    for (var operation : new Operations(dataset).all().entrySet()) {
      if (!operation.getKey().contains(only)) {
        continue;
      }
      boolean query = operation.getKey().contains("query");
      int units = query ? Operations.QUERIES : annotations;
      double alone = best(1, true, operation.getValue());
      double all =
          query
              ? alone
              : best(Runtime.getRuntime().availableProcessors(), false, operation.getValue());
      Double python = reference.get(operation.getKey());
      double per = query ? 1.0 / Operations.QUERIES : 1;
      System.out.printf(
          Locale.ROOT,
          "%d | %d | %s | %.3g | %.3g | %.0f | %s | %s%n",
          annotations,
          perImage,
          operation.getKey(),
          alone * per,
          all * per,
          1e9 * alone / units,
          python == null ? "" : String.format(Locale.ROOT, "%.3g", python),
          python == null
              ? ""
              : String.format(
                  Locale.ROOT, "%.0f (%.0f)", python / (alone * per), python / (all * per)));
    }
  }

  /** Heap that one more index takes. */
  private static double bytes(Dataset dataset) {
    long before = used();
    AnnotationIndex index = AnnotationIndex.build(dataset);
    long after = used();
    if (index.images() == 0) {
      throw new AssertionError("nothing to measure");
    }
    return after - before;
  }

  private static long used() {
    System.gc();
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Parallel streams run in the pool their caller is in, so a pool of one thread is one thread. */
  private static double best(int threads, boolean processorTime, Runnable work) throws Exception {
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      double best = Double.POSITIVE_INFINITY;
      double spent = 0;
      for (int round = 0; round < 3 || (spent < SECONDS && round < 200); round++) {
        double seconds = pool.submit(() -> seconds(processorTime, work)).get();
        best = Math.min(best, seconds);
        spent += seconds;
      }
      return best;
    } finally {
      pool.shutdown();
    }
  }

  private static double seconds(boolean processorTime, Runnable work) {
    LongSupplier clock =
        processorTime
            ? ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime
            : System::nanoTime;
    long start = clock.getAsLong();
    work.run();
    return (clock.getAsLong() - start) / 1e9;
  }

  /** Seconds by operation; empty, and said so, if the given Python has no ndsampler. */
  private Map<String, Double> reference(Path manifest) throws IOException, InterruptedException {
    if (!Files.isExecutable(Path.of(python))) {
      System.out.println("reference: SKIPPED, no such program: " + python);
      return Map.of();
    }
    Path script =
        Path.of(
            System.getProperty("ndstream.root", "."), "bench/src/main/python/regions_reference.py");
    Process process =
        new ProcessBuilder(python, script.toString(), manifest.toString(), only)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Map<String, Double> seconds = new HashMap<>();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int cut = line.lastIndexOf('\t');
        if (cut > 0) {
          seconds.put(line.substring(0, cut), Double.valueOf(line.substring(cut + 1)));
        }
      }
    }
    if (process.waitFor() != 0) {
      System.out.println("reference: SKIPPED, ndsampler cannot be run by " + python);
    }
    return seconds;
  }
}
