package io.ndstream.grid;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where each of some windows has found its place: row of the image, left column, top row. Many threads may fill it, each window being
 * one thread's.
 */
final class FoundPlaces {
  private static final int NONE = -1;

  private final int[] images;
  private final int[] xs;
  private final int[] ys;

  FoundPlaces(int count) {
    this.images = new int[count];
    this.xs = new int[count];
    this.ys = new int[count];
    Arrays.fill(images, NONE);
  }

  private FoundPlaces(int[] images, int[] xs, int[] ys) {
    this.images = images;
    this.xs = xs;
    this.ys = ys;
  }

  int size() {
    return images.length;
  }

  void put(int i, int image, int x, int y) {
    images[i] = image;
    xs[i] = x;
    ys[i] = y;
  }

  boolean has(int i) {
    return images[i] != NONE;
  }

  int image(int i) {
    return images[i];
  }

  int x(int i) {
    return xs[i];
  }

  int y(int i) {
    return ys[i];
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
    return new FoundPlaces(pick(images, windows), pick(xs, windows), pick(ys, windows));
  }

  private static int[] pick(int[] from, int[] windows) {
    int[] picked = new int[windows.length];
    Arrays.setAll(picked, k -> from[windows[k]]);
    return picked;
  }
}
