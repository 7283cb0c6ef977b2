package io.ndstream.grid;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.coco.Video;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The images or videos a grid slides over, in file order, with the number of each one's first
 * place.
 */
final class Spaces {
  private final int[] rows;
  private final SlidingWindow[] sliders;
  private final int[][] frames;
  private final int[] first;

  private Spaces(int[] rows, SlidingWindow[] sliders, int[][] frames, int[] first) {
    this.rows = rows;
    this.sliders = sliders;
    this.frames = frames;
    this.first = first;
  }

  /**
   * @param images which images take part; a video keeps the frames that do
   */
  static Spaces of(Dataset dataset, GridOptions options, IntPredicate images) {
    boolean video = options.task() == GridOptions.Task.VIDEO;
    int all = video ? dataset.videos().size() : dataset.images().size();
    int[] rows =
        video
            ? IntStream.range(0, all).toArray()
            : IntStream.range(0, all).filter(images).toArray();
    int[][] frames =
        video
            ? dataset.videos().stream()
                .map(v -> v.frames().stream().mapToInt(f -> f).filter(images).toArray())
                .toArray(int[][]::new)
            : null;
    SlidingWindow[] sliders = new SlidingWindow[rows.length];
    Map<List<Integer>, SlidingWindow> bySize = new HashMap<>();
    SlidingWindow.Motion motion = motion(options);
    motion.requireValid(options.task().axes());
    int[] first = new int[rows.length + 1];
    for (int i = 0; i < rows.length; i++) {
      int[] shape =
          video
              ? shape(dataset.videos().get(rows[i]), frames[i].length)
              : shape(dataset.images().get(rows[i]));
      sliders[i] =
          bySize.computeIfAbsent(
              Arrays.stream(shape).boxed().toList(), s -> SlidingWindow.over(shape, motion));
      first[i + 1] = add(first[i], sliders[i].total());
    }
    return new Spaces(rows, sliders, frames, first);
  }

  private static SlidingWindow.Motion motion(GridOptions options) {
    int[] dims = options.dims().clone();
    if (dims.length > 0 && options.task() == GridOptions.Task.VIDEO && dims[0] > 0) {
      dims[0] = Math.addExact(Math.multiplyExact(dims[0] - 1, options.frameStep()), 1);
    }
    return new SlidingWindow.Motion(dims, options.overlap(), new int[0], options.keepBound(), true);
  }

  private static int[] shape(Image image) {
    if (image.width() <= 0 || image.height() <= 0) {
      throw LoaderException.of(
          Reason.BAD_MANIFEST, "image", image.id(), "size", image.width() + "x" + image.height());
    }
    return new int[] {image.height(), image.width()};
  }

  private static int[] shape(Video video, int frames) {
    if (video.width() <= 0 || video.height() <= 0) {
      throw LoaderException.of(
          Reason.BAD_MANIFEST, "video", video.id(), "size", video.width() + "x" + video.height());
    }
    return new int[] {frames, video.height(), video.width()};
  }

  private static int add(int sum, long more) {
    if (sum + more > Integer.MAX_VALUE - 8) {
      throw LoaderException.of(
          Reason.OVER_BUDGET, "windows", sum + more, "limit", Integer.MAX_VALUE - 8);
    }
    return (int) (sum + more);
  }

  int count() {
    return rows.length;
  }

  /** Row of the image or video. */
  int row(int at) {
    return rows[at];
  }

  SlidingWindow slider(int at) {
    return sliders[at];
  }

  /** Image rows of a video, in frame order. */
  int[] frames(int at) {
    return frames[at];
  }

  int first(int at) {
    return first[at];
  }

  int places() {
    return first[rows.length];
  }

  /** The space a place lies in. */
  int spaceOf(int place) {
    int found = Arrays.binarySearch(first, place);
    if (found < 0) {
      return -found - 2;
    }
    while (first[found + 1] == place) {
      found++; // a space without places starts where the next one does
    }
    return found;
  }
}
