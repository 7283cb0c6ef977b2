package io.ndstream.plan;

import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.grid.ChannelScore;
import io.ndstream.grid.NegativeOptions;
import io.ndstream.grid.NegativeSet;
import io.ndstream.grid.NegativeTable;
import io.ndstream.grid.Negatives;
import io.ndstream.grid.Positives;
import io.ndstream.grid.WindowFilter;
import io.ndstream.index.AnnotationIndex;
import io.ndstream.sample.Slice;
import io.ndstream.sample.TargetSpec;
import io.ndstream.sample.WindowDims;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Windows round annotations, followed by negatives. */
final class AnnotationWindows implements Windows {
  private final Dataset dataset;
  private final Positives positives;
  private final NegativeSet negatives;
  private final WindowDims dims;
  private final long background;

  private AnnotationWindows(
      Dataset dataset, Positives positives, NegativeSet negatives, WindowDims dims) {
    this.dataset = dataset;
    this.positives = positives;
    this.negatives = negatives;
    this.dims = dims;
    this.background = NegativeTable.categoryId(dataset);
  }

  /**
   * @throws LoaderException UNKNOWN_CATEGORY, UNKNOWN_IMAGE (all of them together), BAD_WINDOW if
   *     the window is larger than every image, NO_POSITIVES if nothing is left
   */
  static AnnotationWindows select(
      Dataset dataset, AnnotationIndex index, ChannelScore scores, PlanSpec spec) {
    PlanSpec.Selection selection = spec.selection();
    checkIds(dataset, selection);
    if (selection.negativeScore() != null) {
      KnownChannels.check(
          dataset, selection.negativeScore().channel(), "spec.selection.negative_score.channel");
    }
    BitSet images = imageRows(dataset, selection.imageIds());
    Set<Long> categories = new HashSet<>(selection.categoryIds());
    Positives positives =
        Positives.of(
            dataset,
            row ->
                selection.positives()
                    && (images == null || images.get(dataset.annotations().image(row)))
                    && (categories.isEmpty()
                        || categories.contains(dataset.annotations().categoryId(row))));
    NegativeSet negatives =
        selection.wantsNegatives()
            ? draw(dataset, index, scores, spec, images, positives.size())
            : null;
    List<Long> size = spec.windowDims();
    WindowDims dims = size.isEmpty() ? null : WindowDims.of(size.get(0), size.get(1));
    AnnotationWindows windows = new AnnotationWindows(dataset, positives, negatives, dims);
    if (windows.size() == 0) {
      throw LoaderException.of(
          Reason.NO_POSITIVES,
          "annotations_with_box",
          positives.size(),
          "negatives",
          windows.negativeCount(),
          "shortfall",
          windows.shortfall());
    }
    return windows;
  }

  private static void checkIds(Dataset dataset, PlanSpec.Selection selection) {
    Violations v = new Violations();
    for (long id : selection.categoryIds()) {
      v.check(
          dataset.categoryOfId(id) != null,
          Reason.UNKNOWN_CATEGORY,
          "spec.selection.category_ids",
          id,
          "a category id");
    }
    for (long id : selection.imageIds()) {
      v.check(
          dataset.imageRowOfId(id) >= 0,
          Reason.UNKNOWN_IMAGE,
          "spec.selection.image_ids",
          id,
          "an image id");
    }
    v.throwIfAny();
  }

  private static BitSet imageRows(Dataset dataset, List<Long> ids) {
    if (ids.isEmpty()) {
      return null;
    }
    BitSet rows = new BitSet();
    ids.forEach(id -> rows.set(dataset.imageRowOfId(id)));
    return rows;
  }

  private static NegativeSet draw(
      Dataset dataset,
      AnnotationIndex index,
      ChannelScore scores,
      PlanSpec spec,
      BitSet images,
      int positives) {
    PlanSpec.Selection selection = spec.selection();
    double wanted =
        selection.negatives() != null
            ? selection.negatives()
            : Math.floor(selection.negToPosRatio() * positives);
    NegativeOptions options =
        new NegativeOptions(
            (int) Math.min(Integer.MAX_VALUE - 8, wanted),
            Math.toIntExact(spec.windowDims().get(0)),
            Math.toIntExact(spec.windowDims().get(1)),
            selection.negativeThresh(),
            spec.seed(),
            images == null ? null : images.stream().toArray());
    ScoreRange score = selection.negativeScore();
    return Negatives.draw(
        dataset, index, options, score == null ? WindowFilter.ALL : score.by(scores));
  }

  private int negativeCount() {
    return negatives == null ? 0 : negatives.size();
  }

  @Override
  public int size() {
    return positives.size() + negativeCount();
  }

  @Override
  public int positives() {
    return positives.size();
  }

  @Override
  public String shortfall() {
    return negatives == null ? "" : negatives.shortfall();
  }

  @Override
  public boolean isPositive(int i) {
    return i < positives.size();
  }

  @Override
  public long imageId(int i) {
    return isPositive(i)
        ? positives.imageId(i)
        : dataset.images().get(negatives.imageRow(i - positives.size())).id();
  }

  @Override
  public long annotationId(int i) {
    return isPositive(i) ? positives.annotationId(i) : -1;
  }

  @Override
  public long categoryId(int i) {
    return isPositive(i) ? positives.categoryId(i) : background;
  }

  @Override
  public TargetSpec.Builder target(int i) {
    TargetSpec.Builder target = TargetSpec.builder();
    if (isPositive(i)) {
      return target
          .imageId(positives.imageId(i))
          .cx((double) positives.cx(i))
          .cy((double) positives.cy(i))
          .width((double) positives.width(i))
          .height((double) positives.height(i))
          .windowDims(dims);
    }
    int n = i - positives.size();
    return target
        .imageId(imageId(i))
        .spaceSlice(
            List.of(
                Slice.of(negatives.y(n), (long) negatives.y(n) + negatives.height()),
                Slice.of(negatives.x(n), (long) negatives.x(n) + negatives.width())));
  }
}
