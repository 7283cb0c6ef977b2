package io.ndstream.wire;

import io.ndstream.coco.Capture;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.grid.Anchors;
import io.ndstream.grid.NegativeOptions;
import io.ndstream.grid.NegativeTable;
import io.ndstream.grid.Pool;
import io.ndstream.grid.PoolOptions;
import io.ndstream.grid.Positives;
import io.ndstream.grid.RegionFilter;
import io.ndstream.v1.Anchor;
import io.ndstream.v1.NegativeMode;
import io.ndstream.v1.PreselectRequest;
import io.ndstream.v1.RegionItem;
import io.ndstream.v1.TargetTable;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Regions, from messages to ours and back. */
public final class RegionMessages {
  private static final int LARGEST_SIDE = 1 << 24;
  private static final long MOST_NEGATIVES = 10_000_000;

  private RegionMessages() {}

  /** A filter; the mistakes that need a data set are found by its own check. */
  public static RegionFilter filter(io.ndstream.v1.RegionFilter f, Violations violations) {
    return new RegionFilter(
        new RegionFilter.Choice<>(set(f.getCategoryIdsList()), set(f.getExcludeCategoryIdsList())),
        set(f.getImageIdsList()),
        new RegionFilter.Choice<>(set(f.getSensorsList()), set(f.getExcludeSensorsList())),
        new RegionFilter.Choice<>(set(f.getTagsList()), set(f.getExcludeTagsList())),
        time(f.getCapturedFrom(), "filter.captured_from", violations),
        time(f.getCapturedBefore(), "filter.captured_before", violations),
        new RegionFilter.Bounds(
            f.hasMinArea() ? f.getMinArea() : Double.NaN,
            f.hasMaxArea() ? f.getMaxArea() : Double.NaN,
            f.hasMinAspect() ? f.getMinAspect() : Double.NaN,
            f.hasMaxAspect() ? f.getMaxAspect() : Double.NaN,
            f.hasMinVisibleArea() ? f.getMinVisibleArea() : Double.NaN),
        f.getPolygonList().stream().mapToDouble(v -> v).toArray(),
        f.hasMinValid() ? f.getMinValid() : Double.NaN);
  }

  private static <T> Set<T> set(List<T> list) {
    return new HashSet<>(list);
  }

  private static Instant time(String text, String field, Violations violations) {
    Instant time = text.isEmpty() ? null : Capture.parse(text);
    violations.check(
        text.isEmpty() || time != null,
        Reason.BAD_ARGUMENT,
        field,
        text,
        "RFC 3339, or a date such as 2026-11-21");
    return time;
  }

  /** Two entries as rows and columns; 0 and 0 if there are none. */
  public static int[] window(List<Long> dims, Violations violations) {
    if (dims.isEmpty()) {
      return new int[2];
    }
    boolean pair = dims.size() == 2 && dims.stream().allMatch(d -> d >= 1 && d <= LARGEST_SIDE);
    violations.check(
        pair,
        Reason.BAD_WINDOW,
        "window_dims",
        dims,
        "height and width, each 1 to " + LARGEST_SIDE);
    return pair ? dims.stream().mapToInt(Long::intValue).toArray() : new int[2];
  }

  /**
   * What is asked for, checked as far as it goes without a data set; null if anything is wrong by
   * now.
   */
  public static PoolOptions options(PreselectRequest r, Violations violations) {
    violations
        .check(
            r.getMode() != NegativeMode.UNRECOGNIZED,
            Reason.BAD_ARGUMENT,
            "mode",
            r.getModeValue(),
            "uniform or reference")
        .check(
            !r.hasNNeg() || !r.hasNegToPosRatio(),
            Reason.BAD_ARGUMENT,
            "neg_to_pos_ratio",
            r.getNegToPosRatio(),
            "not with n_neg")
        .check(
            r.getNNeg() >= 0 && r.getNNeg() <= MOST_NEGATIVES,
            Reason.BAD_ARGUMENT,
            "n_neg",
            r.getNNeg(),
            "0 to " + MOST_NEGATIVES)
        .check(
            r.getNegToPosRatio() >= 0 && r.getNegToPosRatio() <= 1e6,
            Reason.BAD_ARGUMENT,
            "neg_to_pos_ratio",
            r.getNegToPosRatio(),
            "0 to 1e6")
        .check(
            r.getPositiveRowsCount() == 0
                || (r.getClassWeightsCount() == 0 && !r.getBalanceClasses()),
            Reason.BAD_ARGUMENT,
            "positive_rows",
            "given with class weights",
            "one of them")
        .check(
            r.getClassWeightsCount() == 0 || !r.getBalanceClasses(),
            Reason.BAD_ARGUMENT,
            "balance_classes",
            "given with class_weights",
            "one of them");
    double thresh = r.hasThresh() ? r.getThresh() : NegativeOptions.DEFAULT_THRESH;
    violations.check(thresh >= 0 && thresh <= 1, Reason.BAD_ARGUMENT, "thresh", thresh, "0 to 1");
    int[] window = window(r.getWindowDimsList(), violations);
    for (long row : r.getPositiveRowsList()) {
      violations.check(row >= 0, Reason.BAD_ARGUMENT, "positive_rows", row, ">= 0");
    }
    if (!violations.isEmpty()) {
      return null;
    }
    int[] rows =
        r.getPositiveRowsCount() == 0
            ? null
            : r.getPositiveRowsList().stream().mapToInt(Long::intValue).toArray();
    return new PoolOptions(
        r.hasNNeg() ? (int) r.getNNeg() : -1,
        r.getNegToPosRatio(),
        window[0],
        window[1],
        thresh,
        r.getSeed(),
        rows,
        r.getMode() == NegativeMode.NEGATIVE_MODE_REFERENCE);
  }

  /** The same bytes for requests that mean the same, whatever the data set is called. */
  public static byte[] canonical(PreselectRequest r) {
    PreselectRequest.Builder all = r.toBuilder().clearDataset().clearNPos().setSeed(r.getSeed());
    if (!r.hasThresh()) {
      all.setThresh(NegativeOptions.DEFAULT_THRESH);
    }
    if (r.getMode() == NegativeMode.NEGATIVE_MODE_UNSPECIFIED) {
      all.setMode(NegativeMode.NEGATIVE_MODE_UNIFORM);
    }
    return all.build().toByteArray();
  }

  /** Rows from..to of the targets table. */
  public static TargetTable table(Positives positives, int from, int to) {
    TargetTable.Builder table = TargetTable.newBuilder();
    for (int i = from; i < to; i++) {
      table
          .addAnnotationIds(positives.annotationId(i))
          .addImageIds(positives.imageId(i))
          .addCategoryIds(positives.categoryId(i))
          .addCx(positives.cx(i))
          .addCy(positives.cy(i))
          .addWidth(positives.width(i))
          .addHeight(positives.height(i))
          .addImageWidths(positives.imageWidth(i))
          .addImageHeights(positives.imageHeight(i));
    }
    return table.build();
  }

  /** Rows from..to. */
  public static io.ndstream.v1.NegativeTable negatives(
      Dataset dataset, NegativeTable negatives, int from, int to) {
    io.ndstream.v1.NegativeTable.Builder table = io.ndstream.v1.NegativeTable.newBuilder();
    for (int i = from; i < to; i++) {
      table
          .addImageIds(dataset.images().get(negatives.imageRows()[i]).id())
          .addBoxes(negatives.left(i))
          .addBoxes(negatives.top(i))
          .addBoxes(negatives.right(i))
          .addBoxes(negatives.bottom(i));
    }
    return table.build();
  }

  /**
   * @param backgroundId category of negatives
   */
  public static RegionItem item(Dataset dataset, Pool pool, Pool.Item item, long backgroundId) {
    int row = item.row();
    if (item.negative()) {
      NegativeTable negatives = pool.negativeTable();
      Image image = dataset.images().get(negatives.imageRows()[row]);
      return RegionItem.newBuilder()
          .setAnnotationId(-1)
          .setImageId(image.id())
          .setCategoryId(backgroundId)
          .setCx((negatives.left(row) + negatives.right(row)) / 2)
          .setCy((negatives.top(row) + negatives.bottom(row)) / 2)
          .setWidth(negatives.right(row) - negatives.left(row))
          .setHeight(negatives.bottom(row) - negatives.top(row))
          .setImageWidth(image.width())
          .setImageHeight(image.height())
          .setNegative(true)
          .build();
    }
    Positives table = pool.table();
    return RegionItem.newBuilder()
        .setAnnotationId(table.annotationId(row))
        .setImageId(table.imageId(row))
        .setCategoryId(table.categoryId(row))
        .setCx(table.cx(row))
        .setCy(table.cy(row))
        .setWidth(table.width(row))
        .setHeight(table.height(row))
        .setImageWidth(table.imageWidth(row))
        .setImageHeight(table.imageHeight(row))
        .build();
  }

  public static Anchors anchors(List<Anchor> sizes) {
    double[] flat = new double[2 * sizes.size()];
    for (int i = 0; i < sizes.size(); i++) {
      flat[2 * i] = sizes.get(i).getWidth();
      flat[2 * i + 1] = sizes.get(i).getHeight();
    }
    return new Anchors(flat);
  }
}
