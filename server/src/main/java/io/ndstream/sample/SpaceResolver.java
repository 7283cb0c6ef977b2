package io.ndstream.sample;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.coco.Video;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.geom.Window;
import java.util.ArrayList;
import java.util.List;

/** Finds the frames and the window that one target names. One use. */
final class SpaceResolver {
  private final Dataset dataset;
  private final boolean padsTime;
  private final Violations violations;
  private final TargetSpec.Builder resolved;
  private TargetSpec target;
  private int canvasHeight;
  private int canvasWidth;
  private int dataFrames;

  /** Of a video sample, once its frames are known. */
  private Slice timeSlice;

  private Pad.Axis padTime = Pad.Axis.NONE;

  SpaceResolver(Dataset dataset, TargetSpec target, Violations violations) {
    this.dataset = dataset;
    this.target = target;
    this.padsTime = target.fill() != null;
    this.violations = violations;
    this.resolved = target.toBuilder();
  }

  static boolean isVideo(TargetSpec target) {
    return target.videoId() != null || target.imageIds() != null;
  }

  /** The region, or null after violations were added. */
  Space resolve(FillMode fill) {
    boolean video = isVideo(target);
    target = AnnotationTarget.inferred(dataset, target, video);
    resolved.imageId(target.imageId()).categoryId(target.categoryId());
    resolved.cx(target.cx()).cy(target.cy()).width(target.width()).height(target.height());
    List<Integer> sources = video ? videoFrames() : imageFrame();
    if (sources == null) {
      return null;
    }
    List<Slice> slices = spaceSlices(video);
    Window window = slices == null ? null : window(slices);
    Window padded = window == null ? null : padded(window, video);
    List<Integer> frames = video ? frames(sources, fill) : sources;
    if (padded == null || !violations.isEmpty()) {
      return null;
    }
    resolved.spaceSlice(slices);
    if (video) {
      resolveVideo(frames, slices);
    } else {
      resolved.slices(slices);
    }
    return new Space(
        video,
        frames,
        canvasHeight,
        canvasWidth,
        window,
        padded,
        target.pad(),
        dataFrames,
        resolved.build());
  }

  private List<Integer> imageFrame() {
    if (target.imageId() == null) {
      violations.add(
          Reason.MISSING_SOURCE,
          "target",
          "expected: image_id, video_id, image_ids or a known annotation_id");
      return null;
    }
    int row = imageRow(target.imageId(), "target.image_id");
    if (row < 0) {
      return null;
    }
    canvas(dataset.images().get(row));
    return List.of(row);
  }

  private int imageRow(long id, String field) {
    int row = dataset.imageRowOfId(id);
    violations.check(row >= 0, Reason.UNKNOWN_IMAGE, field, id, "an image of the data set");
    return row;
  }

  private List<Integer> videoFrames() {
    List<Integer> listed = target.imageIds() == null ? null : listedFrames();
    if (target.imageIds() != null && listed == null) {
      return null;
    }
    int video =
        listed == null || target.videoId() != null
            ? videoRow()
            : dataset.images().get(listed.get(0)).video();
    if (video >= 0) {
      Video v = dataset.videos().get(video);
      resolved.videoId(v.id());
      canvas(v);
    } else if (target.videoId() != null) {
      return null;
    } else if (listed.size() == 1) {
      canvas(dataset.images().get(listed.get(0)));
      dataFrames = 1;
    }
    return listed != null ? listed : dataset.videos().get(video).frames();
  }

  private int videoRow() {
    int row = dataset.videoRowOfId(target.videoId());
    violations.check(
        row >= 0,
        Reason.UNKNOWN_VIDEO,
        "target.video_id",
        target.videoId(),
        "a video of the data set");
    return row;
  }

  private List<Integer> listedFrames() {
    if (target.imageIds().isEmpty()) {
      violations.add(
          Reason.MISSING_SOURCE, "target.image_ids", "value: [] (expected: at least one image)");
      return null;
    }
    List<Integer> rows = new ArrayList<>();
    boolean known = true;
    for (int i = 0; i < target.imageIds().size(); i++) {
      int row = imageRow(target.imageIds().get(i), "target.image_ids[" + i + "]");
      known &= row >= 0;
      rows.add(row);
    }
    return known ? rows : null;
  }

  private void canvas(Image image) {
    canvasWidth = image.width();
    canvasHeight = image.height();
  }

  /** A video without a size of its own has that of its first frame. */
  private void canvas(Video video) {
    dataFrames = video.frames().size();
    canvasWidth = video.width();
    canvasHeight = video.height();
    if ((canvasWidth <= 0 || canvasHeight <= 0) && dataFrames > 0) {
      canvas(dataset.images().get(video.frames().get(0)));
    }
  }

  /** (y, x): given, round the centre, or the whole canvas. */
  private List<Slice> spaceSlices(boolean video) {
    boolean centre =
        target.cx() != null
            || target.cy() != null
            || target.width() != null
            || target.height() != null;
    if (!centre && target.windowDims() != null) {
      violations.add(Reason.BAD_WINDOW, "target.window_dims", "needs cx and cy");
    }
    checkCount(target.slices(), video ? 3 : 2, "target.slices");
    checkCount(target.spaceSlice(), 2, "target.space_slice");
    if (!violations.isEmpty()) {
      return null;
    }
    if (target.spaceSlice() != null) {
      return target.spaceSlice();
    }
    if (target.slices() != null) {
      return target.slices().subList(video ? 1 : 0, video ? 3 : 2);
    }
    if (centre) {
      return new CentredWindow(target, violations).slices(resolved);
    }
    if (canvasWidth <= 0 || canvasHeight <= 0) {
      violations.add(
          Reason.UNRESOLVABLE_SPACE,
          "target.space_slice",
          "no canvas is known; expected: a window");
      return null;
    }
    return List.of(Slice.of(0, canvasHeight), Slice.of(0, canvasWidth));
  }

  private void checkCount(List<Slice> slices, int expected, String field) {
    if (slices != null && slices.size() != expected) {
      violations.add(
          Reason.BAD_SLICE,
          field,
          "value: " + slices.size() + " slices (expected: " + expected + " slices)");
    }
  }

  private Window window(List<Slice> slices) {
    int[] y = bounds(slices.get(0), canvasHeight, "target.space_slice[0]");
    int[] x = bounds(slices.get(1), canvasWidth, "target.space_slice[1]");
    return y == null || x == null ? null : Window.ofCorners(x[0], y[0], x[1], y[1]);
  }

  private int[] bounds(Slice s, int size, String field) {
    if (s.step() != null && s.step() != 1) {
      violations.add(
          Reason.BAD_SLICE, field, "value: step " + s.step() + " (expected: none in space)");
      return null;
    }
    if (s.stop() == null && size <= 0) {
      violations.add(Reason.UNRESOLVABLE_SPACE, field, "no canvas is known; expected: a stop");
      return null;
    }
    long start = s.start() == null ? 0 : s.start();
    long stop = s.stop() == null ? size : s.stop();
    boolean fine =
        start <= stop
            && Math.abs(start) <= CentredWindow.FARTHEST
            && Math.abs(stop) <= CentredWindow.FARTHEST;
    violations.check(fine, Reason.BAD_SLICE, field, s, "start <= stop, within 2^30 of 0");
    return fine ? new int[] {(int) start, (int) stop} : null;
  }

  private Window padded(Window w, boolean video) {
    Pad pad = target.pad();
    if (pad == null) {
      return w;
    }
    int axes = video ? 3 : 2;
    if (pad.axes().size() != (pad.uniform() ? 1 : axes)) {
      violations.add(
          Reason.BAD_PAD,
          "target.pad",
          "value: " + pad.axes().size() + " axes (expected: " + axes + ")");
      return null;
    }
    Pad.Axis time = video ? pad.axes().get(0) : Pad.Axis.NONE;
    if (!padsTime && !time.equals(Pad.Axis.NONE)) {
      violations.add(Reason.NOT_IMPLEMENTED, "target.pad", "padding in time needs a fill");
      return null;
    }
    // One number for all axes pads space alone; with a list, time is asked for by itself.
    padTime = pad.uniform() ? Pad.Axis.NONE : time;
    int last = pad.axes().size() - 1;
    return grown(w, pad.axes().get(Math.max(0, last - 1)), pad.axes().get(last));
  }

  private Window grown(Window w, Pad.Axis y, Pad.Axis x) {
    long top = w.y() - y.before();
    long bottom = w.bottom() + y.after();
    long left = w.x() - x.before();
    long right = w.right() + x.after();
    long reach =
        Math.max(
            Math.max(Math.abs(top), Math.abs(bottom)), Math.max(Math.abs(left), Math.abs(right)));
    boolean fine = top <= bottom && left <= right && reach <= CentredWindow.FARTHEST;
    violations.check(
        fine,
        Reason.BAD_PAD,
        "target.pad",
        y + ", " + x,
        "a window of 0 or more pixels, within 2^30 of 0");
    return fine ? Window.ofCorners((int) left, (int) top, (int) right, (int) bottom) : null;
  }

  private List<Integer> frames(List<Integer> sources, FillMode fill) {
    boolean listed = target.imageIds() != null;
    boolean inSlices =
        target.timeSlice() == null && target.slices() != null && !target.slices().isEmpty();
    Slice time = listed ? null : inSlices ? target.slices().get(0) : target.timeSlice();
    timeSlice = time == null ? Slice.of(0, sources.size()) : time;
    resolved.timeSlice(timeSlice);
    if (time == null) {
      violations.check(
          !sources.isEmpty(),
          Reason.BAD_SLICE,
          "target.video_id",
          target.videoId(),
          "a video with frames");
    }
    if (time == null && padTime.equals(Pad.Axis.NONE) || sources.isEmpty()) {
      return sources;
    }
    List<Integer> positions = TimeRange.positions(timeSlice, sources.size(), padsTime, violations);
    if (positions.isEmpty()) {
      return sources;
    }
    return TimeRange.pad(positions, padTime, violations).stream()
        .map(p -> TimeRange.frame(p, sources, fill))
        .toList();
  }

  private void resolveVideo(List<Integer> frames, List<Slice> slices) {
    resolved.imageIds(
        frames.stream()
            .map(frame -> frame == Space.BLANK ? Space.NO_IMAGE : dataset.images().get(frame).id())
            .toList());
    resolved.slices(List.of(timeSlice, slices.get(0), slices.get(1)));
  }
}
