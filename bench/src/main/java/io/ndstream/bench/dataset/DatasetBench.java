package io.ndstream.bench.dataset;

import io.ndstream.bench.dataset.ManifestMaker.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Opening a manifest: the first time, and again from the cache of parsed manifests, at growing
 * numbers of annotations, beside the Python reference. Every open is a process of its own. Run:
 * {@code ./ndstream bench dataset [SHAPE…] [ANNOTATIONS…]}.
 *
 * <p>The reference runs in the same run if {@code -Dndstream.python}, or the environment variable
 * {@code NDSTREAM_REFERENCE}, names a Python that has kwcoco; else its recorded times stand in,
 * which are of another, faster machine if this one is busy.
 */
public final class DatasetBench {
  private static final int REPEATS = 3;
  private static final Path HOME = Path.of(System.getProperty("ndstream.home"));
  private static final String CLASSES =
      DatasetBench.class.getProtectionDomain().getCodeSource().getLocation().getPath();
  private static final String REFERENCE =
      "import sys, time, random, kwcoco, resource\n"
          + "start = time.time()\n"
          + "data = kwcoco.CocoDataset(sys.argv[1])\n"
          + "opened = time.time() - start\n"
          + "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024\n"
          + "ids, total = list(data.imgs), 0\n"
          + "start = time.time()\n"
          + "for i in range(20000):\n"
          + "    for annotation in data.index.gid_to_aids[ids[random.randrange(len(ids))]]:\n"
          + "        box = data.anns[annotation]['bbox']\n"
          + "        total += box[0] + box[2]\n"
          + "print(opened, peak, (time.time() - start) / 20000 * 1e9)\n";

  /**
   * Seconds of load and index, and peak bytes, recorded of the reference on two cores: the best of
   * its ranges.
   */
  private static final Map<String, Run> RECORDED =
      Map.of(
          "BOXES 10000", new Run(0.03, 43_000_000),
          "BOXES 100000", new Run(0.43, 118_000_000),
          "BOXES 1000000", new Run(4.0, 794_000_000),
          "POLYGONS 10000", new Run(0.04, 51_000_000),
          "POLYGONS 100000", new Run(0.58, 195_000_000),
          "POLYGONS 1000000", new Run(7.5, 1_561_000_000),
          "TRACKS 10000", new Run(0.05, 43_000_000),
          "TRACKS 100000", new Run(0.50, 129_000_000),
          "TRACKS 1000000", new Run(5.1, 925_000_000));

  private final Path scratch;
  private final String python;

  /** One open in a process of its own; nanoseconds for the boxes of an image, 0 if not recorded. */
  private record Run(double seconds, double peakBytes, double queryNanos) {
    Run(double seconds, double peakBytes) {
      this(seconds, peakBytes, 0);
    }
  }

  private DatasetBench(Path scratch, String python) {
    this.scratch = scratch;
    this.python = python;
  }

  /**
   * @param args shapes (boxes, polygons, tracks) and numbers of annotations; all three, and 10000
   *     100000 1000000, if none are given
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<Integer> sizes = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>();
    for (String arg : args) {
      if (Character.isDigit(arg.charAt(0))) {
        sizes.add(Integer.parseInt(arg));
      } else {
        shapes.add(Shape.valueOf(arg.toUpperCase(Locale.ROOT)));
      }
    }
    Path scratch = Files.createTempDirectory("ndstream-bench");
    try {
      new DatasetBench(scratch, python())
          .run(
              shapes.isEmpty() ? List.of(Shape.values()) : shapes,
              sizes.isEmpty() ? List.of(10_000, 100_000, 1_000_000) : sizes);
    } finally {
      try (Stream<Path> files = Files.walk(scratch)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** A Python that has kwcoco, or null. */
  private static String python() throws IOException, InterruptedException {
    for (String candidate :
        new String[] {System.getenv("NDSTREAM_REFERENCE"), System.getProperty("ndstream.python")}) {
      if (candidate != null && Files.isExecutable(Path.of(candidate))) {
        Process probe =
            new ProcessBuilder(candidate, "-c", "import kwcoco").redirectErrorStream(true).start();
        probe.getInputStream().readAllBytes();
        if (probe.waitFor() == 0) {
          return candidate;
        }
      }
    }
    return null;
  }

  private void run(List<Shape> shapes, List<Integer> sizes)
      throws IOException, InterruptedException {
    System.out.println(
        "Best of "
            + REPEATS
            + "; seconds inside the process, peak resident MB of the whole process, a query: the boxes of an image at random. Reference: "
            + (python == null ? "recorded, not run here" : "kwcoco, run here"));
    System.out.printf(
        "%-9s %9s %6s | %8s %8s | %8s %6s | %8s %6s | %6s %7s %6s | %8s %8s%n",
        "shape",
        "annots",
        "MB",
        "first",
        "peak",
        "again",
        "peak",
        "ref",
        "peak",
        "first",
        "again",
        "memory",
        "query ns",
        "ref");
    for (Shape shape : shapes) {
      for (int size : sizes) {
        row(shape, size);
      }
    }
  }

  private void row(Shape shape, int size) throws IOException, InterruptedException {
    Path manifest = scratch.resolve("m.kwcoco.json");
    Path cache = Files.createDirectories(scratch.resolve("cache"));
    new ManifestMaker(shape, size).write(manifest);
    Thread.sleep(200); // a file of this very moment is not kept in the cache
    Run first = best(ours(manifest, null));
    execute(ours(manifest, cache));
    Run again = best(ours(manifest, cache));
    Run reference = RECORDED.get(shape + " " + size);
    if (python != null) {
      reference = best(List.of(python, "-c", REFERENCE, manifest.toString()));
    }
    System.out.printf(
        Locale.ROOT,
        "%-9s %9d %6.1f | %8.3f %8.0f | %8.3f %6.0f |",
        shape.name().toLowerCase(Locale.ROOT),
        size,
        Files.size(manifest) / 1e6,
        first.seconds(),
        first.peakBytes() / 1e6,
        again.seconds(),
        again.peakBytes() / 1e6);
    if (reference != null) {
      System.out.printf(
          Locale.ROOT,
          " %8.3f %6.0f | %5.1f× %6.1f× %5.2f× | %8.0f %8.0f",
          reference.seconds(),
          reference.peakBytes() / 1e6,
          reference.seconds() / first.seconds(),
          reference.seconds() / again.seconds(),
          reference.peakBytes() / first.peakBytes(),
          again.queryNanos(),
          reference.queryNanos());
    }
    System.out.println();
  }

  /**
   * The jars of the distribution and its archive of loaded classes, as the server runs. A small
   * heap for the first opening, whose memory is measured; one without collections for the second,
   * whose time is.
   */
  private static List<String> ours(Path manifest, Path cache) {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                cache == null ? "-Xms128m" : "-Xms256m",
                cache == null ? "-Xmx128m" : "-Xmx256m",
                cache == null ? "-Xmn16m" : "-Xmn128m",
                "-Xlog:disable",
                "-XX:SharedArchiveFile=" + HOME.resolve("lib/ndstream.jsa"),
                "-cp",
                HOME.resolve("lib") + "/*:" + CLASSES,
                OpenOnce.class.getName(),
                manifest.toString()));
    if (cache != null) {
      line.add(cache.toString());
    }
    return line;
  }

  private static Run best(List<String> command) throws IOException, InterruptedException {
    Run best = execute(command);
    for (int i = 1; i < REPEATS; i++) {
      Run next = execute(command);
      best = next.seconds() < best.seconds() ? next : best;
    }
    return best;
  }

  private static Run execute(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException("failed: " + String.join(" ", command) + ": " + output);
    }
    String[] fields = output.substring(output.lastIndexOf('\n') + 1).split(" ");
    return new Run(
        Double.parseDouble(fields[0]),
        Double.parseDouble(fields[1]),
        Double.parseDouble(fields[2]));
  }
}
