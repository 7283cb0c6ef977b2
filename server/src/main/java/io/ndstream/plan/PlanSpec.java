package io.ndstream.plan;

import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.sample.AnnotationRequest;
import io.ndstream.sample.TargetSpec;
import java.util.List;

/**
 * What an epoch holds and how it is cut into batches.
 *
 * @param batchSize samples a batch
 * @param windowDims height, width of every window in pixels before scale; empty: each annotation's
 *     own extent, or the grid's windows
 * @param template what all samples have in common; names no place
 * @param shuffled a new order every epoch; else the order of the selection
 * @param ragged samples may differ in shape and type
 * @param dropRemainder leave out the incomplete batch
 * @param holes report an unreadable sample as a hole; else the stream fails
 */
public record PlanSpec(
    int batchSize,
    long seed,
    Selection selection,
    List<Long> windowDims,
    TargetSpec template,
    AnnotationRequest annotations,
    boolean shuffled,
    boolean ragged,
    boolean dropRemainder,
    boolean holes) {
  private static final int LARGEST_SIDE = 1 << 20;
  private static final int LARGEST_BATCH = 1 << 20;

  public PlanSpec {
    windowDims = List.copyOf(windowDims);
  }

  /**
   * @param positives a window round every annotation that has a box
   * @param negToPosRatio negatives for every positive, or null
   * @param negatives number of negatives, or null
   * @param negativeThresh a negative covers less than this share of every annotation; 0: it touches
   *     none
   * @param categoryIds of the positives; empty: all
   * @param imageIds only these; empty: all
   * @param grid name of a sample grid to take the windows from, or empty
   * @param negativeScore of the negatives, or null
   */
  public record Selection(
      boolean positives,
      Double negToPosRatio,
      Long negatives,
      double negativeThresh,
      List<Long> categoryIds,
      List<Long> imageIds,
      String grid,
      ScoreRange negativeScore) {
    public Selection {
      categoryIds = List.copyOf(categoryIds);
      imageIds = List.copyOf(imageIds);
    }

    boolean wantsNegatives() {
      return (negToPosRatio != null && negToPosRatio > 0) || (negatives != null && negatives > 0);
    }
  }

  /**
   * Adds everything that is wrong whatever the data set.
   *
   * @param v gathers the mistakes
   */
  public void check(Violations v) {
    v.check(
        batchSize >= 1 && batchSize <= LARGEST_BATCH,
        Reason.BAD_ARGUMENT,
        "spec.batch_size",
        batchSize,
        "1 to " + LARGEST_BATCH);
    checkWindow(v);
    checkSelection(v);
    checkTemplate(v);
  }

  private void checkWindow(Violations v) {
    boolean pair =
        windowDims.size() == 2 && windowDims.stream().allMatch(d -> d >= 1 && d <= LARGEST_SIDE);
    v.check(
        windowDims.isEmpty() || pair,
        Reason.BAD_WINDOW,
        "spec.window_dims",
        windowDims,
        "height and width, each 1 to " + LARGEST_SIDE);
    if (windowDims.isEmpty() && selection.grid().isEmpty()) {
      v.check(ragged, Reason.BAD_WINDOW, "spec.window_dims", "none", "a size, or ragged = true");
      v.check(
          !selection.wantsNegatives(),
          Reason.BAD_WINDOW,
          "spec.window_dims",
          "none",
          "a size: negatives need one");
    }
  }

  private void checkSelection(Violations v) {
    String at = "spec.selection.";
    Double ratio = selection.negToPosRatio();
    Long count = selection.negatives();
    v.check(
        ratio == null || count == null,
        Reason.BAD_ARGUMENT,
        at + "neg_to_pos_ratio",
        ratio + ", negatives " + count,
        "one of the two");
    v.check(
        ratio == null || (ratio >= 0 && ratio <= 1e6),
        Reason.BAD_ARGUMENT,
        at + "neg_to_pos_ratio",
        ratio,
        "0 to 1e6");
    v.check(
        count == null || (count >= 0 && count <= Integer.MAX_VALUE),
        Reason.BAD_ARGUMENT,
        at + "negatives",
        count,
        "0 to " + Integer.MAX_VALUE);
    double thresh = selection.negativeThresh();
    v.check(
        thresh >= 0 && thresh <= 1, Reason.BAD_ARGUMENT, at + "negative_thresh", thresh, "0 to 1");
    if (selection.negativeScore() != null) {
      selection.negativeScore().check(v, at + "negative_score");
      v.check(
          selection.wantsNegatives(),
          Reason.BAD_ARGUMENT,
          at + "negative_score",
          "set",
          "a number of negatives to draw");
    }
    if (!selection.grid().isEmpty()) {
      v.check(
          ratio == null
              && count == null
              && selection.categoryIds().isEmpty()
              && selection.imageIds().isEmpty(),
          Reason.BAD_ARGUMENT,
          at + "grid",
          selection.grid(),
          "alone: a grid brings its own positives and negatives");
    }
  }

  private void checkTemplate(Violations v) {
    TargetSpec t = template;
    boolean place =
        t.imageId() != null
            || t.videoId() != null
            || t.imageIds() != null
            || t.annotationId() != null
            || t.slices() != null
            || t.spaceSlice() != null
            || t.timeSlice() != null
            || t.cx() != null
            || t.cy() != null
            || t.width() != null
            || t.height() != null
            || t.windowDims() != null;
    v.check(
        !place,
        Reason.BAD_ARGUMENT,
        "spec.template",
        "a place",
        "no source and no window: the plan sets them");
    v.check(
        t.useNativeScale() == null || !t.useNativeScale(),
        Reason.NOT_IMPLEMENTED,
        "spec.template.use_native_scale",
        true,
        "false in batches; LoadSample offers it");
    v.check(
        annotations.ids() == null,
        Reason.BAD_ARGUMENT,
        "spec.annotations.annotation_ids",
        "set",
        "not set: every sample looks up its own");
  }
}
