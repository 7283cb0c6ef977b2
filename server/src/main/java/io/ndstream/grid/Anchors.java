package io.ndstream.grid;

import java.util.Arrays;

/** Sizes of boxes relative to an image: width, height, width, height, … */
public record Anchors(double[] sizes) {
  private static final int MOST = 1000;

  public Anchors {
    sizes = sizes.clone();
  }

  /**
   * Sizes of the positives, divided by the shorter side of their image, so that a box longer than
   * that has a value above 1. Shuffled as the reference does with a generator seeded with 0, and
   * cut at {@value #MOST}.
   */
  public static Anchors of(Positives positives) {
    int[] order = new int[positives.size()];
    Arrays.setAll(order, i -> i);
    Mt19937 random = new Mt19937(0);
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.below(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    double[] sizes = new double[2 * Math.min(MOST, order.length)];
    for (int i = 0; i < sizes.length / 2; i++) {
      double side = Math.min(positives.imageWidth(order[i]), positives.imageHeight(order[i]));
      sizes[2 * i] = positives.width(order[i]) / side;
      sizes[2 * i + 1] = positives.height(order[i]) / side;
    }
    return new Anchors(sizes);
  }

  public int count() {
    return sizes.length / 2;
  }

  public double width(int i) {
    return sizes[2 * i];
  }

  public double height(int i) {
    return sizes[2 * i + 1];
  }

  boolean areNormalized() {
    return Arrays.stream(sizes).allMatch(s -> s >= 0 && s <= 1);
  }
}
