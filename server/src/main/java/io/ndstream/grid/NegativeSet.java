package io.ndstream.grid;

/**
 * Negative windows in the order of their indices. The first n of a set are the set of n windows with the same seed, unless some index
 * found no place.
 */
public final class NegativeSet {
  private final int[] images;
  private final int[] xs;
  private final int[] ys;
  private final int height;
  private final int width;
  private final String shortfall;

  NegativeSet(int[] images, int[] xs, int[] ys, int height, int width, String shortfall) {
    this.images = images;
    this.xs = xs;
    this.ys = ys;
    this.height = height;
    this.width = width;
    this.shortfall = shortfall;
  }

  public int size() {
    return images.length;
  }

  public int imageRow(int i) {
    return images[i];
  }

  /** Left column. */
  public int x(int i) {
    return xs[i];
  }

  /** Top row. */
  public int y(int i) {
    return ys[i];
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** Why there are fewer windows than asked for, in words; empty if there are not. */
  public String shortfall() {
    return shortfall;
  }
}
