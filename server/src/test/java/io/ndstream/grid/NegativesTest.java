package io.ndstream.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.coco.ColumnDataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Box;
import io.ndstream.index.AnnotationIndex;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class NegativesTest {
  private static NegativeSet draw(
      ColumnDataset dataset,
      int count,
      int height,
      int width,
      double thresh,
      long seed,
      int... images) {
    NegativeOptions options =
        new NegativeOptions(count, height, width, thresh, seed, images.length == 0 ? null : images);
    return Negatives.draw(dataset, AnnotationIndex.build(dataset), options);
  }

  /** Every admissible position, by trying all of them. */
  private static long[] admissible(
      ColumnDataset dataset, int image, int height, int width, double thresh) {
    AnnotationIndex index = AnnotationIndex.build(dataset);
    int across = dataset.images().get(image).width() - width + 1;
    int down = dataset.images().get(image).height() - height + 1;
    return IntStream.range(0, Math.max(0, across) * Math.max(0, down))
        .filter(
            p ->
                Arrays.stream(
                        index.iooas(
                            image,
                            new Box(
                                p % across, p / across, p % across + width, p / across + height)))
                    .allMatch(share -> share < thresh))
        .mapToLong(p -> (long) (p / across) << 32 | p % across)
        .toArray();
  }

  private static ColumnDataset scattered(long seed, int boxes) {
    Random random = new Random(seed);
    ColumnDataset dataset = new ColumnDataset().image(1, 40, 30).image(2, 25, 45);
    for (int id = 1; id <= boxes; id++) {
      double size = random.nextInt(3) == 0 ? random.nextInt(4) - 1 : random.nextDouble() * 12;
      dataset.annotation(
          id,
          1 + random.nextInt(2),
          1,
          random.nextInt(80) / 2.0 - 2,
          random.nextDouble() * 40 - 2,
          size,
          random.nextInt(9));
    }
    return dataset;
  }

  @Property(tries = 60)
  void freePositionsAreThoseThatTryingAllFinds(
      @ForAll long seed,
      @ForAll @IntRange(max = 30) int boxes,
      @ForAll @IntRange(min = 1, max = 14) int height,
      @ForAll @IntRange(min = 1, max = 14) int width,
      @ForAll @DoubleRange(max = 1) double thresh) {
    ColumnDataset dataset = scattered(seed, boxes);
    for (double t : new double[] {0, thresh}) {
      for (int image = 0; image < 2; image++) {
        long[] wanted = admissible(dataset, image, height, width, t);
        FreePositions free =
            new FreePositions(
                dataset,
                AnnotationIndex.build(dataset),
                image,
                new NegativeOptions(1, height, width, t, 0, null));
        assertThat(free.count()).isEqualTo(wanted.length);
        long[] numbers = IntStream.range(0, wanted.length).asLongStream().toArray();
        assertThat(free.at(numbers)).isEqualTo(wanted);
      }
    }
  }

  /** Chi-squared over all positions, at a significance of 1e-4 for this seed. */
  @Test
  void everyAdmissiblePositionIsEquallyLikely() {
    ColumnDataset dataset = scattered(11, 12);
    for (double thresh : new double[] {0, 0.3}) {
      chiSquared(dataset, 8, 6, thresh, 200_000);
    }
  }

  /**
   * One free position in 1089: nearly all indices fail their tries, and the exact count has to take
   * over without a bias.
   */
  @Test
  void crowdedImagesAreUniformToo() {
    ColumnDataset dataset = new ColumnDataset().image(1, 40, 40).image(2, 40, 40).image(3, 40, 40);
    dataset
        .annotation(1, 1, 1, 0, 0, 40, 31)
        .annotation(2, 2, 1, 0, 9, 40, 40)
        .annotation(3, 3, 1, 0, 0, 40, 40);
    chiSquared(dataset, 8, 8, 0, 20_000);
  }

  private static void chiSquared(
      ColumnDataset dataset, int height, int width, double thresh, int draws) {
    Map<String, Integer> seen = new HashMap<>();
    for (int image = 0; image < dataset.images().size(); image++) {
      for (long place : admissible(dataset, image, height, width, thresh)) {
        seen.put(image + "/" + place, 0);
      }
    }
    NegativeSet set = draw(dataset, draws, height, width, thresh, 42);
    assertThat(set.size()).isEqualTo(draws);
    for (int i = 0; i < draws; i++) {
      String key = set.imageRow(i) + "/" + ((long) set.y(i) << 32 | set.x(i));
      assertThat(seen).containsKey(key);
      seen.merge(key, 1, Integer::sum);
    }
    double expected = (double) draws / seen.size();
    double chi =
        seen.values().stream().mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
    double freedom = seen.size() - 1;
    assertThat(chi)
        .as("chi-squared of %s cells", seen.size())
        .isLessThan(freedom + 3.72 * Math.sqrt(2 * freedom) + 10);
  }

  @Test
  void imagesCountByFreeAreaAndNotById() {
    ColumnDataset dataset =
        new ColumnDataset()
            .image(1, 109, 109)
            .image(2, 209, 109)
            .image(3, 109, 109)
            .image(4, 5, 900);
    NegativeSet set = draw(dataset, 40_000, 10, 10, 0.3, 7);
    int[] seen = new int[4];
    IntStream.range(0, set.size()).forEach(i -> seen[set.imageRow(i)]++);
    assertThat(seen[3]).isZero();
    assertThat(seen[0]).isBetween(9_600, 10_400); // 10000, sd 87
    assertThat(seen[1]).isBetween(19_600, 20_400);
    assertThat(seen[2]).isBetween(9_600, 10_400);
  }

  @Test
  void anIndexDependsOnTheSeedAndItselfAlone() {
    ColumnDataset dataset = scattered(3, 20);
    NegativeSet few = draw(dataset, 10, 5, 5, 0.3, 9);
    NegativeSet many = draw(dataset, 1000, 5, 5, 0.3, 9);
    NegativeSet other = draw(dataset, 10, 5, 5, 0.3, 10);
    for (int i = 0; i < 10; i++) {
      assertThat(new int[] {few.imageRow(i), few.x(i), few.y(i)})
          .containsExactly(many.imageRow(i), many.x(i), many.y(i));
    }
    assertThat(
            IntStream.range(0, 10)
                .filter(i -> few.x(i) == other.x(i) && few.y(i) == other.y(i))
                .count())
        .isLessThan(3);
  }

  /** A plan that is resumed on a newer server must find the windows it began with. */
  @Test
  void windowsAreTheSameInEveryVersion() {
    NegativeSet set = draw(scattered(3, 20), 100_000, 5, 5, 0.3, 9);
    int[] images = IntStream.range(0, set.size()).map(set::imageRow).toArray();
    int[] places = IntStream.range(0, set.size()).map(i -> 100 * set.y(i) + set.x(i)).toArray();
    assertThat(Arrays.copyOf(places, 4)).containsExactly(1022, 726, 1932, 2718);
    assertThat(new int[] {Arrays.hashCode(images), Arrays.hashCode(places)})
        .containsExactly(2001895722, -1193042582);
  }

  @Test
  void onlyTheImagesAskedFor() {
    ColumnDataset dataset = scattered(3, 4);
    NegativeSet set = draw(dataset, 100, 5, 5, 0.3, 1, 1);
    assertThat(IntStream.range(0, 100).map(set::imageRow)).containsOnly(1);
  }

  @Test
  void whatIsImpossibleIsSaidAtOnce() {
    ColumnDataset full = new ColumnDataset().image(1, 50, 50).annotation(1, 1, 1, 0, 0, 50, 50);
    NegativeSet none = draw(full, 100_000, 10, 10, 0, 1);
    assertThat(none.size()).isZero();
    assertThat(none.shortfall()).contains("10x10").contains("1 images");
    assertThat(draw(new ColumnDataset(), 5, 10, 10, 0, 1).shortfall())
        .isEqualTo("there are no images");
    assertThat(draw(full, 0, 10, 10, 0, 1).shortfall()).isEmpty();
    assertThat(draw(full, 5, 10, 10, 0.3, 1).size()).as("inside a large annotation").isEqualTo(5);
  }

  @Test
  void aWindowLargerThanEveryImageIsTheCallersMistake() {
    ColumnDataset dataset = new ColumnDataset().image(1, 50, 20);
    assertThatThrownBy(() -> draw(dataset, 5, 21, 10, 0, 1))
        .isInstanceOfSatisfying(
            LoaderException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_WINDOW))
        .hasMessageContaining("20 rows");
    assertThatThrownBy(() -> new NegativeOptions(-1, 0, -5, 2, 0, null))
        .isInstanceOfSatisfying(LoaderException.class, e -> assertThat(e.violations()).hasSize(4));
  }
}
