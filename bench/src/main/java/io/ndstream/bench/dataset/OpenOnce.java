package io.ndstream.bench.dataset;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Opens one manifest in a process of its own, cold, as a server that starts does. Prints seconds,
 * peak resident bytes, and nanoseconds to look up the boxes of an image at random.
 */
public final class OpenOnce {
  private static final int QUERIES = 500_000;

  private OpenOnce() {}

  /**
   * @param args the manifest, and optionally the cache directory
   */
  public static void main(String[] args) throws IOException {
    OpenOptions options = OpenOptions.strict();
    if (args.length > 1) {
      options = options.withCache(Path.of(args[1]));
    }
    long start = System.nanoTime();
    try (Dataset dataset = Manifests.open(Path.of(args[0]), options)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.println(seconds + " " + peakBytes() + " " + queryNanos(dataset));
    }
  }

  private static double queryNanos(Dataset dataset) {
    SplittableRandom random = new SplittableRandom(7);
    Annotations annotations = dataset.annotations();
    double sum = 0;
    long start = System.nanoTime();
    for (int i = 0; i < QUERIES; i++) {
      for (int row : annotations.ofImage(random.nextInt(dataset.images().size()))) {
        sum += annotations.x(row) + annotations.width(row);
      }
    }
    if (!(sum > 0)) {
      throw new IllegalStateException("no boxes");
    }
    return (System.nanoTime() - start) / (double) QUERIES;
  }

  /** The high-water mark of resident memory, as the kernel keeps it. */
  private static long peakBytes() throws IOException {
    List<String> status = Files.readAllLines(Path.of("/proc/self/status"));
    String line = status.stream().filter(s -> s.startsWith("VmHWM:")).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
  }
}
