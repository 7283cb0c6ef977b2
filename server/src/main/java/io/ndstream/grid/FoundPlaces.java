package io.ndstream.grid;

import java.util.stream.IntStream;

/**
 * Where each of some windows has found its place. Many threads may fill it, each window being one
 * thread's.
 */
final class FoundPlaces {
  private static final int FIELDS = 3;

  /**
   * Row of the image + 1, left column, top row of each; side by side, as windows find their places
   * in no order. All 0: none yet.
   */
  private final int[] places;

  FoundPlaces(int count) {
    this.places = new int[FIELDS * count];
  }

  int size() {
    return places.length / FIELDS;
  }

  void put(int i, int image, int x, int y) {
    places[FIELDS * i] = image + 1;
    places[FIELDS * i + 1] = x;
    places[FIELDS * i + 2] = y;
  }

  boolean has(int i) {
    return places[FIELDS * i] != 0;
  }

  int image(int i) {
    return places[FIELDS * i] - 1;
  }

  int x(int i) {
    return places[FIELDS * i + 1];
  }

  int y(int i) {
    return places[FIELDS * i + 2];
  }

  /** Those of the first {@code count} windows that have no place. */
  int[] missing(int count) {
    return IntStream.range(0, count).filter(i -> !has(i)).toArray();
  }

  /** Those that have one. */
  int[] present() {
    return IntStream.range(0, size()).filter(this::has).toArray();
  }

  /** These windows alone, in this order. */
  FoundPlaces only(int[] windows) {
    FoundPlaces only = new FoundPlaces(windows.length);
    for (int k = 0; k < windows.length; k++) {
      only.put(k, image(windows[k]), x(windows[k]), y(windows[k]));
    }
    return only;
  }
}
