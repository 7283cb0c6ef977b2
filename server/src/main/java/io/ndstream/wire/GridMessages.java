package io.ndstream.wire;

import io.ndstream.coco.Dataset;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.grid.GridOptions;
import io.ndstream.grid.GridWindow;
import io.ndstream.grid.RegionFilter;
import io.ndstream.grid.SampleGrid;
import io.ndstream.grid.SlidingWindow;
import io.ndstream.v1.Grid;
import io.ndstream.v1.GridSpec;
import io.ndstream.v1.GridTask;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Sample grids, from messages to ours and back. */
public final class GridMessages {
  private static final int LARGEST_SIDE = 1 << 24;

  private GridMessages() {}

  /** What a grid holds; adds the mistakes that need no data set. */
  public static GridOptions options(GridSpec spec, Violations violations) {
    violations
        .check(
            spec.getTask() == GridTask.GRID_TASK_IMAGE
                || spec.getTask() == GridTask.GRID_TASK_VIDEO,
            Reason.BAD_ARGUMENT,
            "task",
            spec.getTaskValue(),
            "image or video")
        .check(
            spec.getFull() == spec.getWindowDimsList().isEmpty(),
            Reason.BAD_WINDOW,
            "window_dims",
            spec.getWindowDimsList(),
            "a size, or full = true")
        .check(
            spec.getFrameStep() >= 0,
            Reason.BAD_ARGUMENT,
            "frame_step",
            spec.getFrameStep(),
            ">= 0")
        .check(
            spec.getIgnoreCoverageThresh() >= 0 && spec.getIgnoreCoverageThresh() <= 1,
            Reason.BAD_ARGUMENT,
            "ignore_coverage_thresh",
            spec.getIgnoreCoverageThresh(),
            "0 to 1");
    boolean video = spec.getTask() == GridTask.GRID_TASK_VIDEO;
    violations
        .check(
            video || spec.getFrameStep() <= 1,
            Reason.BAD_ARGUMENT,
            "frame_step",
            spec.getFrameStep(),
            "unset for images")
        .check(
            !video || spec.getApplyClasses() || spec.getClassesOfInterestCount() == 0,
            Reason.NOT_IMPLEMENTED,
            "classes_of_interest",
            spec.getClassesOfInterestList(),
            "none for videos, or apply_classes = true")
        .check(
            spec.getClassesOfInterestCount() == 0 || !spec.hasNegativeClasses(),
            Reason.BAD_ARGUMENT,
            "negative_classes",
            "given with classes_of_interest",
            "one of them");
    Violations motion = new Violations();
    int[] dims = dims(spec, video ? 3 : 2, motion);
    double[] overlap = overlap(spec.getOverlapList(), video ? 3 : 2, motion);
    if (motion.isEmpty()) {
      new SlidingWindow.Motion(dims, overlap, new int[0], true, true).checkSteps(motion);
    }
    violations.addAll(motion);
    return new GridOptions(
        video ? GridOptions.Task.VIDEO : GridOptions.Task.IMAGE,
        dims,
        overlap,
        !spec.getDropBound(),
        !spec.getWithoutAnnotations(),
        classes(spec, video),
        spec.getStrictOverlap(),
        Math.max(1, spec.getFrameStep()));
  }

  private static int[] dims(GridSpec spec, int axes, Violations violations) {
    List<Long> dims = spec.getWindowDimsList();
    violations.check(
        dims.isEmpty() || dims.size() == axes,
        Reason.BAD_WINDOW,
        "window_dims",
        dims,
        axes + " entries");
    for (int axis = 0; axis < dims.size(); axis++) {
      long dim = dims.get(axis);
      violations.check(
          dim >= 0 && dim <= LARGEST_SIDE,
          Reason.BAD_WINDOW,
          "window_dims[" + axis + "]",
          dim,
          "0 to " + LARGEST_SIDE);
    }
    return dims.stream().mapToInt(Long::intValue).toArray();
  }

  private static double[] overlap(List<Double> overlap, int axes, Violations violations) {
    violations.check(
        overlap.size() <= 1 || overlap.size() == axes,
        Reason.BAD_ARGUMENT,
        "overlap",
        overlap,
        "1 or " + axes + " entries");
    for (int axis = 0; axis < overlap.size(); axis++) {
      double share = overlap.get(axis);
      violations.check(
          share >= 0 && share < 1,
          Reason.BAD_ARGUMENT,
          "overlap[" + axis + "]",
          share,
          "0 or more and below 1");
    }
    return overlap.stream().mapToDouble(v -> v).toArray();
  }

  private static GridOptions.Classes classes(GridSpec spec, boolean video) {
    if (video && !spec.getApplyClasses()) {
      return GridOptions.Classes.ANY;
    }
    return new GridOptions.Classes(
        new HashSet<>(spec.getClassesOfInterestList()),
        spec.hasNegativeClasses()
            ? new HashSet<>(spec.getNegativeClasses().getNamesList())
            : GridOptions.Classes.DEFAULT.negative(),
        spec.hasIgnoreCoverageThresh()
            ? spec.getIgnoreCoverageThresh()
            : GridOptions.Classes.DEFAULT_IGNORE_COVERAGE,
        spec.getIgnoreUnion());
  }

  /**
   * Adds the mistakes that need a data set: classes it does not have, a filter it cannot be asked
   * for.
   */
  public static void check(
      GridSpec spec, RegionFilter filter, Dataset dataset, Violations violations) {
    Set<String> known =
        dataset.categories().stream()
            .map(c -> c.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    for (String name : spec.getClassesOfInterestList()) {
      violations.check(
          known.contains(name.toLowerCase(Locale.ROOT)),
          Reason.UNKNOWN_CATEGORY,
          "classes_of_interest",
          name,
          "a category's name");
    }
    for (String name : spec.getNegativeClasses().getNamesList()) {
      boolean usual = GridOptions.Classes.DEFAULT.negative().contains(name);
      violations.check(
          usual || known.contains(name.toLowerCase(Locale.ROOT)),
          Reason.UNKNOWN_CATEGORY,
          "negative_classes",
          name,
          "a category's name");
    }
    filter.check(dataset, violations);
    violations.check(
        !filter.concernsAnnotations(),
        Reason.BAD_ARGUMENT,
        "filter",
        "about annotations",
        "about images and windows; use the classes");
  }

  /** The same bytes for specs that mean the same, whatever the data set is called. */
  public static byte[] canonical(GridSpec spec) {
    GridSpec.Builder all =
        spec.toBuilder().clearDataset().setFrameStep(Math.max(1, spec.getFrameStep()));
    if (!spec.hasIgnoreCoverageThresh()) {
      all.setIgnoreCoverageThresh(GridOptions.Classes.DEFAULT_IGNORE_COVERAGE);
    }
    return all.build().toByteArray();
  }

  /** A grid without its windows. */
  public static Grid grid(String name, String fingerprint, GridSpec spec, SampleGrid grid) {
    int positives = grid.positives();
    return Grid.newBuilder()
        .setName(name)
        .setDatasetFingerprint(fingerprint)
        .setSpec(spec)
        .setWindows(grid.size())
        .setPositives(positives)
        .setNegatives(grid.size() - positives)
        .setSkipped(grid.skipped())
        .setEmptyReason(grid.emptyReason())
        .build();
  }

  public static io.ndstream.v1.GridWindow window(Dataset dataset, SampleGrid grid, int i) {
    GridWindow w = grid.window(i);
    io.ndstream.v1.GridWindow.Builder window =
        io.ndstream.v1.GridWindow.newBuilder()
            .setTimeStart(w.timeStart())
            .setTimeStop(w.timeStop())
            .setYStart(w.top())
            .setYStop(w.bottom())
            .setXStart(w.left())
            .setXStop(w.right())
            .setPositive(w.positive());
    if (w.videoRow() < 0) {
      window.setImageId(dataset.images().get(w.imageRow()).id());
    } else {
      window.setVideoId(dataset.videos().get(w.videoRow()).id());
      for (int row : w.frames()) {
        window.addImageIds(dataset.images().get(row).id());
      }
    }
    for (int row : grid.annotations(i)) {
      window.addAnnotationIds(dataset.annotations().id(row));
    }
    return window.build();
  }
}
