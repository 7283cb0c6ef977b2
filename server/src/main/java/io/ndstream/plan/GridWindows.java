package io.ndstream.plan;

import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.grid.GridWindow;
import io.ndstream.grid.NegativeTable;
import io.ndstream.grid.SampleGrid;
import io.ndstream.sample.Slice;
import io.ndstream.sample.TargetSpec;
import java.util.Arrays;
import java.util.List;

/** The windows of a sample grid: image samples of an image grid, video samples of a video grid. */
final class GridWindows implements Windows {
  private final Dataset dataset;
  private final SampleGrid grid;
  private final int positives;
  private final long background;

  /**
   * @throws LoaderException NO_POSITIVES if the grid has no window
   */
  GridWindows(Dataset dataset, SampleGrid grid) {
    if (grid.size() == 0) {
      throw LoaderException.of(Reason.NO_POSITIVES, "grid_windows", 0, "why", grid.emptyReason());
    }
    this.dataset = dataset;
    this.grid = grid;
    this.positives = grid.positives();
    this.background = NegativeTable.categoryId(dataset);
  }

  @Override
  public int size() {
    return grid.size();
  }

  @Override
  public int positives() {
    return positives;
  }

  @Override
  public String shortfall() {
    return "";
  }

  @Override
  public boolean isPositive(int i) {
    return grid.isPositive(i);
  }

  @Override
  public long imageId(int i) {
    int[] frames = grid.window(i).frames();
    return frames.length == 0 ? -1 : dataset.images().get(frames[0]).id();
  }

  @Override
  public long annotationId(int i) {
    return -1;
  }

  @Override
  public long categoryId(int i) {
    return isPositive(i) ? -1 : background;
  }

  @Override
  public TargetSpec.Builder target(int i) {
    GridWindow w = grid.window(i);
    TargetSpec.Builder target =
        TargetSpec.builder()
            .spaceSlice(List.of(Slice.of(w.top(), w.bottom()), Slice.of(w.left(), w.right())));
    if (w.videoRow() < 0) {
      return target.imageId(dataset.images().get(w.imageRow()).id());
    }
    return target
        .videoId(dataset.videos().get(w.videoRow()).id())
        .imageIds(
            Arrays.stream(w.frames()).mapToObj(row -> dataset.images().get(row).id()).toList());
  }
}
