package io.ndstream.sample;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Compares pixels by the tolerances of the recorded cases; accumulates the mean over several
 * arrays.
 */
final class PixelDifference {
  private double largest;
  private double sum;
  private long compared;
  private long mismatched;
  private long size;
  private double worstNan;

  void add(Npy want, Npy got) {
    long nan = 0;
    for (int i = 0; i < want.size(); i++) {
      double w = want.at(i);
      double g = got.at(i);
      if (Double.isNaN(w) != Double.isNaN(g)) {
        nan++;
      } else if (!Double.isNaN(w)) {
        largest = Math.max(largest, Math.abs(w - g));
        sum += Math.abs(w - g);
        compared++;
      }
    }
    mismatched += nan;
    size += want.size();
    worstNan = Math.max(worstNan, want.size() == 0 ? 0 : (double) nan / want.size());
  }

  /** What exceeds the tolerance, or an empty text. */
  String beyond(JsonNode tolerance) {
    double mean = compared == 0 ? 0 : sum / compared;
    boolean exact = tolerance.isTextual();
    if (exact && tolerance.asText().equals("none")) {
      return "";
    }
    double maxAllowed = exact ? 0 : tolerance.get("max_abs").asDouble() + 1e-9;
    double meanAllowed = exact ? 0 : tolerance.get("mean_abs").asDouble() + 1e-9;
    double nanAllowed = exact ? 0 : tolerance.get("nan_mismatch").asDouble() + 1e-12;
    if (largest <= maxAllowed && mean <= meanAllowed && worstNan <= nanAllowed) {
      return "";
    }
    return "largest "
        + largest
        + " mean "
        + mean
        + " nan "
        + mismatched
        + "/"
        + size
        + ", allowed "
        + tolerance
        + "; ";
  }
}
