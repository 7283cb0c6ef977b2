package io.ndstream.grid;

/**
 * Negative windows in the order of their indices. The first n of a set are the set of n windows
 * with the same seed, unless some index found no place.
 */
public final class NegativeSet {
  private final FoundPlaces places;
  private final int height;
  private final int width;
  private final String shortfall;

  NegativeSet(FoundPlaces places, int height, int width, String shortfall) {
    this.places = places;
    this.height = height;
    this.width = width;
    this.shortfall = shortfall;
  }

  public int size() {
    return places.size();
  }

  public int imageRow(int i) {
    return places.image(i);
  }

  /** Left column. */
  public int x(int i) {
    return places.x(i);
  }

  /** Top row. */
  public int y(int i) {
    return places.y(i);
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
