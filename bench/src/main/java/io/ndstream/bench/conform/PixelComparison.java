package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the arrays of one case by its tolerance: the largest difference and NaN of each, the
 * mean over all.
 */
final class PixelComparison {
  private final Path dir;
  private final JsonNode tolerance;
  private final List<String> problems;
  private double sum;
  private long compared;

  /**
   * @param tolerance {@code "exact"}, {@code "none"}, or numbers
   */
  PixelComparison(Path dir, JsonNode tolerance, List<String> problems) {
    this.dir = dir;
    this.tolerance = tolerance;
    this.problems = problems;
  }

  /**
   * @param want with {@code array}, {@code shape}, {@code dtype}
   */
  void add(String where, JsonNode want, NdArray got) throws IOException {
    NdArray recorded = NdArray.readNpy(dir.resolve(want.get("array").asText()));
    List<Long> shape = new ArrayList<>();
    want.get("shape").forEach(n -> shape.add(n.asLong()));
    boolean fits =
        got.shape().equals(shape)
            && recorded.shape().equals(shape)
            && got.dtype().equals(want.get("dtype").asText())
            && recorded.dtype().equals(got.dtype());
    if (!fits) {
      problems.add(
          where
              + ": "
              + got.shape()
              + " "
              + got.dtype()
              + " (expected "
              + shape
              + " "
              + want.get("dtype")
              + ")");
      return;
    }
    differences(where, recorded, got);
  }

  private void differences(String where, NdArray want, NdArray got) {
    double largest = 0;
    long nan = 0;
    for (int i = 0; i < want.size(); i++) {
      double w = want.get(i);
      double g = got.get(i);
      if (Double.isNaN(w) != Double.isNaN(g)) {
        nan++;
      } else if (w != g && !Double.isNaN(w)) {
        largest = Math.max(largest, Math.abs(w - g));
        sum += Math.abs(w - g);
      }
      compared++;
    }
    double share = want.size() == 0 ? 0 : (double) nan / want.size();
    if (largest > allowed("max_abs") || share > allowed("nan_mismatch")) {
      problems.add(
          where
              + ": largest difference "
              + largest
              + ", NaN mismatch "
              + share
              + " (allowed "
              + tolerance
              + ")");
    }
  }

  /** Adds a problem if the arrays together differ by too much. */
  void checkMean() {
    double mean = compared == 0 ? 0 : sum / compared;
    if (mean > allowed("mean_abs")) {
      problems.add("mean difference " + mean + " (allowed " + tolerance + ")");
    }
  }

  private double allowed(String bound) {
    if (tolerance.isTextual()) {
      return tolerance.asText().equals("none") ? Double.POSITIVE_INFINITY : 0;
    }
    return tolerance.get(bound).asDouble() + 1e-9;
  }
}
