package io.ndstream.grid;

import io.ndstream.coco.Dataset;
import io.ndstream.geom.Box;
import io.ndstream.index.AnnotationIndex;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * All windows of a sliding window over the images or videos of a data set, in file order. A window
 * takes one byte: places follow from its number, annotations are asked of the index when needed.
 * Immutable.
 */
public final class SampleGrid {
  private final Dataset dataset;
  private final AnnotationIndex index;
  private final GridOptions options;
  private final Spaces spaces;
  private final byte[] states;

  /** Place of each window among all places; null if no place was left out. */
  private final int[] kept;

  private final int size;

  SampleGrid(
      Dataset dataset, AnnotationIndex index, GridOptions options, Spaces spaces, byte[] states) {
    this.dataset = dataset;
    this.index = index;
    this.options = options;
    this.spaces = spaces;
    this.states = states;
    this.size =
        (int)
            IntStream.range(0, states.length).filter(i -> states[i] != GridBuilder.SKIPPED).count();
    this.kept =
        size == states.length
            ? null
            : IntStream.range(0, states.length)
                .filter(i -> states[i] != GridBuilder.SKIPPED)
                .toArray();
  }

  public GridOptions options() {
    return options;
  }

  /** One byte a place, for {@link GridBuilder#restore}. The array is shared: do not write to it. */
  public byte[] states() {
    return states;
  }

  /** Memory the windows take. */
  public int bytes() {
    return (int)
        Math.min(Integer.MAX_VALUE, 64L + states.length + (kept == null ? 0 : 4L * kept.length));
  }

  /** Windows. */
  public int size() {
    return size;
  }

  /** Places left out for ignored annotations or by a filter. */
  public int skipped() {
    return states.length - size;
  }

  public boolean isPositive(int i) {
    return states[place(i)] == GridBuilder.POSITIVE;
  }

  /** Numbers of the positive, or of the negative, windows, ascending. */
  public int[] indexes(boolean positive) {
    return IntStream.range(0, size).filter(i -> isPositive(i) == positive).toArray();
  }

  public int positives() {
    return (int) IntStream.range(0, size).filter(this::isPositive).count();
  }

  public GridWindow window(int i) {
    int place = place(i);
    int at = spaces.spaceOf(place);
    SlidingWindow slider = spaces.slider(at);
    int inside = place - spaces.first(at);
    int spaceAxis = slider.axes() - 2;
    int column = inside % slider.count(spaceAxis + 1);
    int row = inside / slider.count(spaceAxis + 1) % slider.count(spaceAxis);
    int top = slider.start(spaceAxis, row);
    int left = slider.start(spaceAxis + 1, column);
    int bottom = top + slider.size(spaceAxis);
    int right = left + slider.size(spaceAxis + 1);
    boolean positive = states[place] == GridBuilder.POSITIVE;
    if (options.task() == GridOptions.Task.IMAGE) {
      int image = spaces.row(at);
      return new GridWindow(image, -1, 0, 1, top, bottom, left, right, new int[] {image}, positive);
    }
    int time = slider.start(0, inside / slider.count(spaceAxis + 1) / slider.count(spaceAxis));
    int stop = time + slider.size(0);
    return new GridWindow(
        -1, spaces.row(at), time, stop, top, bottom, left, right, frames(at, time, stop), positive);
  }

  private int[] frames(int at, int start, int stop) {
    int[] all = spaces.frames(at);
    int end = Math.min(stop, all.length);
    return IntStream.iterate(start, f -> f < end, f -> f + options.frameStep())
        .map(f -> all[f])
        .toArray();
  }

  /**
   * Rows of all annotations a window touches, ascending by id, whatever their category; empty if
   * the grid does not look at them.
   */
  public int[] annotations(int i) {
    if (!options.useAnnotations()) {
      return new int[0];
    }
    GridWindow window = window(i);
    Box box = new Box(window.left(), window.top(), window.right(), window.bottom());
    int[] rows =
        Arrays.stream(window.frames())
            .flatMap(frame -> Arrays.stream(touching(frame, box)))
            .toArray();
    return window.frames().length == 1 ? rows : byId(rows);
  }

  private int[] touching(int image, Box window) {
    Box box =
        options.task() == GridOptions.Task.IMAGE
            ? window
            : dataset.images().get(image).videoFromImage().inverse().bounds(window);
    int[] rows = index.touching(image, box);
    return options.strictOverlap()
        ? Arrays.stream(rows)
            .filter(row -> Places.overlap(dataset.annotations(), row, box))
            .toArray()
        : rows;
  }

  private int[] byId(int[] rows) {
    long[] ids = Arrays.stream(rows).mapToLong(dataset.annotations()::id).sorted().toArray();
    return Arrays.stream(ids).mapToInt(dataset.annotations()::rowOfId).toArray();
  }

  /** Why there are no windows, in words; empty if there are any. */
  public String emptyReason() {
    if (size > 0) {
      return "";
    }
    String what = options.task() == GridOptions.Task.IMAGE ? "images" : "videos";
    return states.length == 0
        ? "there are no " + what
        : "all " + states.length + " windows are left out";
  }

  /** Position of a window among all places, those left out included. */
  int place(int i) {
    Objects.checkIndex(i, size);
    return kept == null ? i : kept[i];
  }
}
