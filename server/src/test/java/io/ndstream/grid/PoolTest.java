package io.ndstream.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.coco.ColumnDataset;
import io.ndstream.geom.Box;
import io.ndstream.index.AnnotationIndex;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What is drawn at random, against what trying everything finds. */
class PoolTest {
  private static final double THRESH = 0.3;

  /**
   * Quantile of the normal distribution that a right sampler passes with a probability of 1 - 1e-4
   * on each side.
   */
  private static final double Z = 3.72;

  /** Positives of six sizes: width 3 to 8, height twice that. */
  private static ColumnDataset sizes() {
    ColumnDataset dataset = new ColumnDataset().image(1, 60, 40).image(2, 30, 50).image(3, 12, 12);
    for (int id = 1; id <= 6; id++) {
      dataset.annotation(id, 1 + id % 2, 1, 7 * id - 6, 3 * id, 2 + id, 4 + 2 * id);
    }
    return dataset;
  }

  private static Pool pool(
      ColumnDataset dataset, int negatives, double ratio, int height, int width) {
    PoolOptions options = new PoolOptions(negatives, ratio, height, width, THRESH, 5, null, false);
    return Pool.preselect(
        dataset,
        AnnotationIndex.build(dataset),
        Positives.of(dataset),
        options,
        image -> true,
        WindowFilter.ALL);
  }

  private static boolean isFree(ColumnDataset dataset, AnnotationIndex index, int image, Box box) {
    return box.right() <= dataset.images().get(image).width()
        && box.bottom() <= dataset.images().get(image).height()
        && Arrays.stream(index.iooas(image, box)).allMatch(share -> share < THRESH);
  }

  /** Positions of a box of this size that are free, by image. */
  private static long[] free(ColumnDataset dataset, int width) {
    AnnotationIndex index = AnnotationIndex.build(dataset);
    return IntStream.range(0, dataset.images().size())
        .mapToLong(
            image ->
                IntStream.range(0, 60 * 60)
                    .filter(
                        p ->
                            isFree(
                                dataset,
                                index,
                                image,
                                Box.ofXywh(p % 60, p / 60, width, 2 * width)))
                    .count())
        .toArray();
  }

  /**
   * Sizes as often as positives have them, images by their free area for each size; significance
   * 1e-4 a figure, seed 5.
   */
  @Test
  void sizesComeAsPositivesHaveThemAndImagesByFreeArea() {
    int draws = 60_000;
    ColumnDataset dataset = sizes();
    NegativeTable negatives = pool(dataset, draws, 0, 0, 0).negativeTable();
    assertThat(negatives.size()).isEqualTo(draws);
    AnnotationIndex index = AnnotationIndex.build(dataset);
    int[][] seen = new int[9][3];
    for (int i = 0; i < draws; i++) {
      Box box =
          new Box(negatives.left(i), negatives.top(i), negatives.right(i), negatives.bottom(i));
      assertThat(box.height()).isEqualTo(2 * box.width());
      assertThat(isFree(dataset, index, negatives.imageRows()[i], box))
          .as("negative %s is free", i)
          .isTrue();
      seen[(int) box.width()][negatives.imageRows()[i]]++;
    }
    for (int width = 3; width <= 8; width++) {
      int ofSize = Arrays.stream(seen[width]).sum();
      near(ofSize, 1 / 6.0, draws, "width " + width);
      long[] free = free(dataset, width);
      for (int image = 0; image < free.length; image++) {
        near(
            seen[width][image],
            (double) free[image] / Arrays.stream(free).sum(),
            ofSize,
            "width " + width + " in image " + image);
      }
    }
  }

  /** A count of a binomial distribution. */
  private static void near(int count, double probability, int trials, String what) {
    double sd = Math.sqrt(trials * probability * (1 - probability));
    assertThat((double) count)
        .as(what)
        .isBetween(trials * probability - Z * sd, trials * probability + Z * sd);
  }

  @Property(tries = 50)
  void aRatioIsMetRoundedDown(
      @ForAll @IntRange(max = 40) int positives, @ForAll @DoubleRange(max = 9) double ratio) {
    ColumnDataset dataset = new ColumnDataset().image(1, 400, 400);
    for (int id = 1; id <= positives; id++) {
      dataset.annotation(id, 1, 1, 9 * id, 9 * id, 5, 5);
    }
    Pool pool = pool(dataset, -1, ratio, 6, 6);
    assertThat(pool.positives()).isEqualTo(positives);
    assertThat(pool.negatives()).isEqualTo((int) (ratio * positives));
  }

  /**
   * What is kept hardly overlaps, and what is dropped overlaps something kept: by looking at every
   * pair.
   */
  @Property(tries = 60)
  void aSelectionHardlyOverlapsAndLeavesNothingOutThatWouldFit(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int boxes,
      @ForAll @DoubleRange(max = 0.9) double thresh) {
    Random random = new Random(seed);
    ColumnDataset dataset = new ColumnDataset().image(1, 100, 100).image(2, 100, 100);
    for (int id = 1; id <= boxes; id++) {
      dataset.annotation(
          id, 1 + random.nextInt(2), 1, random.nextInt(90), random.nextInt(90), 4, 4);
    }
    Positives table = Positives.of(dataset);
    int[] kept = PositiveSelection.seeded(table, 24, 16, thresh, seed);
    for (int row = 0; row < table.size(); row++) {
      int one = row;
      boolean isKept = IntStream.of(kept).anyMatch(k -> k == one);
      double closest =
          IntStream.of(kept)
              .filter(k -> k != one && table.imageRow(k) == table.imageRow(one))
              .mapToDouble(k -> iou(table, one, k))
              .max()
              .orElse(0);
      if (isKept) {
        assertThat(closest).as("kept row %s", row).isLessThanOrEqualTo((float) thresh);
      } else {
        assertThat(closest).as("dropped row %s", row).isGreaterThan((float) thresh);
      }
    }
  }

  /** Of windows 24 high and 16 wide round the centres, in float as they are compared. */
  private static float iou(Positives table, int a, int b) {
    float wide = Math.max(0, 16 - Math.abs(table.cx(a) - table.cx(b)));
    float high = Math.max(0, 24 - Math.abs(table.cy(a) - table.cy(b)));
    return wide * high / (2 * 16 * 24 - wide * high);
  }
}
