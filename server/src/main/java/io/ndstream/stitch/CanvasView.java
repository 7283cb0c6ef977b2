package io.ndstream.stitch;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import java.util.Arrays;

/** A canvas to read from. */
public record CanvasView(Window bounds, Affine imageFromAsset, int bands, CanvasReader reader)
    implements Averages {

  /** Reads sums and weights of a part inside the canvas, bands interleaved. */
  public void read(Window part, double[] sums, double[] weights) {
    reader.read(part, sums, weights);
  }

  @Override
  public void averages(Window part, double[] into) {
    double[] weights = new double[(int) part.area()];
    read(part, into, weights);
    average(into, weights, weights.length, bands);
  }

  /** Turns sums into averages in place: float32 values, NaN where no weight is. */
  public static void average(double[] sums, double[] weights, int pixels, int bands) {
    divide(sums, weights, areEqual(weights, pixels), pixels, bands);
    for (int i = 0; i < pixels * bands; i++) {
      sums[i] = (float) sums[i];
    }
  }

  /** True for the weights of a tile that only whole windows fell on, or none. */
  static boolean areEqual(double[] weights, int pixels) {
    return Arrays.mismatch(weights, 0, pixels - 1, weights, 1, pixels) < 0;
  }

  /**
   * Divides sums by the weights of their pixels.
   *
   * @param equal {@link #areEqual}: one weight for all needs no plane, and 1 no division
   */
  static void divide(double[] sums, double[] weights, boolean equal, int pixels, int bands) {
    if (!equal) {
      for (int b = 0; b < bands; b++) {
        for (int i = 0, s = b; i < pixels; i++, s += bands) {
          sums[s] /= weights[i];
        }
      }
    } else if (weights[0] != 1) {
      double weight = weights[0];
      for (int i = 0; i < pixels * bands; i++) {
        sums[i] /= weight;
      }
    }
  }

  /** Share of the canvas that has any weight. */
  public double covered() {
    long covered = 0;
    for (Window tile : reader.touched()) {
      covered += covered(tile);
    }
    return (double) covered / bounds.area();
  }

  private long covered(Window part) {
    double[] sums = new double[(int) part.area() * bands];
    double[] weights = new double[(int) part.area()];
    reader.read(part, sums, weights);
    long covered = 0;
    for (double weight : weights) {
      covered += weight > 0 ? 1 : 0;
    }
    return covered;
  }
}
