package io.ndstream.grid;

import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import io.ndstream.index.AnnotationIndex;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Makes sample grids; images and videos are independent of each other and are done in parallel. */
public final class GridBuilder {
  static final byte NEGATIVE = 0;
  static final byte POSITIVE = 1;
  static final byte SKIPPED = 2;

  private final Dataset dataset;
  private final AnnotationIndex index;
  private final GridOptions options;
  private final Spaces spaces;
  private final WindowFilter filter;
  private final FrameMarker marker;
  private final byte[] states;

  private GridBuilder(
      Dataset dataset,
      AnnotationIndex index,
      GridOptions options,
      IntPredicate images,
      WindowFilter filter) {
    this.dataset = dataset;
    this.index = index;
    this.options = options;
    this.spaces = Spaces.of(dataset, options, images);
    this.filter = filter;
    this.marker = new FrameMarker(dataset, index, options);
    this.states = new byte[spaces.places()];
  }

  public static SampleGrid build(Dataset dataset, AnnotationIndex index, GridOptions options) {
    return build(dataset, index, options, image -> true, WindowFilter.ALL, () -> {});
  }

  /**
   * @param images which images take part
   * @param filter windows of images it refuses are left out; a video window stays if one of its
   *     frames does
   * @param spaceDone called after each image or video, by any thread; what it throws ends the work
   * @throws LoaderException BAD_ARGUMENT, BAD_WINDOW with every mistake of the options;
   *     BAD_MANIFEST if an image, a video or an annotation in a window lacks what is needed
   */
  public static SampleGrid build(
      Dataset dataset,
      AnnotationIndex index,
      GridOptions options,
      IntPredicate images,
      WindowFilter filter,
      Runnable spaceDone) {
    if (options.frameStep() < 1) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT, "frame_step", options.frameStep(), "expected", ">= 1");
    }
    return new GridBuilder(dataset, index, options, images, filter).build(spaceDone);
  }

  /**
   * A grid from what {@link SampleGrid#states} gave, for the same data set, options and images.
   *
   * @throws LoaderException CORRUPT_CACHE if they are not the same
   */
  public static SampleGrid restore(
      Dataset dataset,
      AnnotationIndex index,
      GridOptions options,
      IntPredicate images,
      byte[] states) {
    Spaces spaces = Spaces.of(dataset, options, images);
    if (spaces.places() != states.length) {
      throw LoaderException.of(
          Reason.CORRUPT_CACHE, "places", spaces.places(), "stored", states.length);
    }
    return new SampleGrid(dataset, index, options, spaces, states);
  }

  private SampleGrid build(Runnable spaceDone) {
    IntConsumer mark = options.task() == GridOptions.Task.VIDEO ? this::markVideo : this::markImage;
    // made before any window is left out, so that a window's number is that of its place
    SampleGrid all = new SampleGrid(dataset, index, options, spaces, states);
    IntStream.range(0, spaces.count())
        .parallel()
        .forEach(
            at -> {
              if (options.useAnnotations()) {
                mark.accept(at);
              }
              if (filter != WindowFilter.ALL) {
                leaveOut(all, at);
              }
              spaceDone.run();
            });
    return new SampleGrid(dataset, index, options, spaces, states);
  }

  private void leaveOut(SampleGrid all, int at) {
    for (int place = spaces.first(at); place < spaces.first(at + 1); place++) {
      if (states[place] != SKIPPED && !keeps(all.window(place))) {
        states[place] = SKIPPED;
      }
    }
  }

  private boolean keeps(GridWindow w) {
    Window window = Window.ofCorners(w.left(), w.top(), w.right(), w.bottom());
    return IntStream.of(w.frames()).anyMatch(image -> filter.keeps(image, inImage(image, window)));
  }

  private Window inImage(int image, Window window) {
    if (options.task() == GridOptions.Task.IMAGE) {
      return window;
    }
    var box = imageFromVideo(image).bounds(window.toBox()).roundOut();
    return Window.ofCorners(
        (int) box.left(), (int) box.top(), (int) box.right(), (int) box.bottom());
  }

  private Affine imageFromVideo(int image) {
    return dataset.images().get(image).videoFromImage().inverse();
  }

  private void markImage(int at) {
    byte[] marks = marker.marks(spaces.row(at), spaces.slider(at), Affine.IDENTITY);
    for (int i = 0; i < marks.length; i++) {
      states[spaces.first(at) + i] = (marks[i] & FrameMarker.REMOVED) != 0 ? SKIPPED : marks[i];
    }
  }

  /**
   * A window is positive if one of its frames is, and left out if annotations remove every one of
   * them.
   */
  private void markVideo(int at) {
    int[] frames = spaces.frames(at);
    SlidingWindow slider = spaces.slider(at);
    byte[][] marks = new byte[frames.length][];
    for (int f = 0; f < frames.length; f++) {
      marks[f] = marker.marks(frames[f], slider, imageFromVideo(frames[f]));
    }
    int space = slider.count(1) * slider.count(2);
    for (int t = 0; t < slider.count(0); t++) {
      int start = slider.start(0, t);
      merge(
          marks,
          start,
          Math.min(frames.length, start + slider.size(0)),
          spaces.first(at) + t * space,
          space);
    }
  }

  private void merge(byte[][] marks, int start, int stop, int first, int space) {
    for (int i = 0; i < space; i++) {
      byte any = 0;
      byte all = stop > start ? FrameMarker.REMOVED : 0;
      for (int f = start; f < stop; f += options.frameStep()) {
        any |= marks[f][i];
        all &= marks[f][i];
      }
      states[first + i] = all != 0 ? SKIPPED : (byte) (any & FrameMarker.POSITIVE);
    }
  }
}
