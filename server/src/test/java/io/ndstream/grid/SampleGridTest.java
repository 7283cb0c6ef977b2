package io.ndstream.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.coco.ColumnDataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import io.ndstream.grid.GridOptions.Classes;
import io.ndstream.grid.GridOptions.Task;
import io.ndstream.index.AnnotationIndex;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SampleGridTest {
  private static SampleGrid grid(ColumnDataset dataset, GridOptions options) {
    return GridBuilder.build(dataset, AnnotationIndex.build(dataset), options);
  }

  @Property(tries = 200)
  void windowsCoverEveryPixelAndStayInside(
      @ForAll @IntRange(min = 1, max = 90) int length,
      @ForAll @IntRange(min = 1, max = 40) int size,
      @ForAll @DoubleRange(max = 0.9) double overlap) {
    SlidingWindow slider;
    try {
      slider =
          SlidingWindow.over(
              new int[] {length},
              new SlidingWindow.Motion(
                  new int[] {size}, new double[] {overlap}, new int[0], true, true));
    } catch (LoaderException e) {
      assertThat(Math.rint(size - size * overlap)).isZero();
      return;
    }
    BitSet covered = new BitSet();
    for (int i = 0; i < slider.count(0); i++) {
      assertThat(slider.start(0, i)).isBetween(0, Math.max(0, length - size));
      covered.set(slider.start(0, i), slider.start(0, i) + size);
    }
    assertThat(covered.cardinality()).isEqualTo(Math.max(length, size));
  }

  /**
   * Warps that scale, shift, mirror and rotate; the answer of the index for each window's own box
   * decides.
   */
  @Property(tries = 40)
  void aWindowIsPositiveIfOneOfItsFramesHasAnAnnotationInIt(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int step) {
    Random random = new Random(seed);
    ColumnDataset dataset = new ColumnDataset().category(1, "a");
    for (int frame = 0; frame < 5; frame++) {
      double scale = random.nextBoolean() ? 2 : -0.5;
      double theta = random.nextInt(3) == 0 ? 0.3 : 0;
      dataset.frame(
          frame + 1,
          100,
          80,
          0,
          frame,
          Affine.of(scale, 2, theta, 0, scale < 0 ? 100 : 3, -5, 0, 0));
    }
    dataset.video(1, 120, 90);
    for (int id = 1; id <= 6; id++) {
      dataset.annotation(
          id,
          1 + random.nextInt(5),
          1,
          random.nextInt(90) + 0.37,
          random.nextInt(70) + 0.21,
          random.nextInt(9) - 2,
          random.nextInt(9));
    }
    AnnotationIndex index = AnnotationIndex.build(dataset);
    SampleGrid grid =
        grid(
            dataset,
            new GridOptions(
                Task.VIDEO,
                new int[] {2, 17, 23},
                new double[0],
                true,
                true,
                Classes.ANY,
                false,
                step));
    assertThat(grid.size()).isPositive();
    for (int i = 0; i < grid.size(); i++) {
      GridWindow w = grid.window(i);
      assertThat(w.timeStop() - w.timeStart()).isEqualTo(step + 1);
      assertThat(w.frames()).hasSizeLessThanOrEqualTo(2);
      boolean touched =
          Arrays.stream(w.frames())
              .anyMatch(
                  frame ->
                      index.touching(
                                  frame,
                                  dataset
                                      .images()
                                      .get(frame)
                                      .videoFromImage()
                                      .inverse()
                                      .bounds(new Box(w.left(), w.top(), w.right(), w.bottom())))
                              .length
                          > 0);
      assertThat(w.positive()).isEqualTo(touched);
      assertThat(grid.annotations(i).length > 0).isEqualTo(touched);
    }
  }

  private static ColumnDataset touchingAndIgnored() {
    return new ColumnDataset()
        .category(1, "a")
        .category(2, "Ignore")
        .image(1, 100, 50)
        .annotation(1, 1, 1, 10, 10, 40, 10) // ends where the second window starts
        .annotation(2, 1, 2, 55, 0, 45, 45);
  }

  private static GridOptions images(Classes classes, boolean strict) {
    return new GridOptions(
        Task.IMAGE, new int[] {50, 50}, new double[0], true, true, classes, strict, 1);
  }

  @Test
  void edgesCountUnlessTheGridIsStrict() {
    SampleGrid closed = grid(touchingAndIgnored(), images(Classes.ANY, false));
    assertThat(closed.annotations(1)).containsExactly(0, 1);
    SampleGrid strict =
        grid(touchingAndIgnored(), images(new Classes(Set.of("a"), Set.of(), 0, false), true));
    assertThat(strict.annotations(1)).containsExactly(1);
    assertThat(strict.isPositive(1)).isFalse();
  }

  @Test
  void ignoredWindowsAreLeftOutAndTheRestKeepsItsOrder() {
    SampleGrid grid = grid(touchingAndIgnored(), images(Classes.DEFAULT, false));
    assertThat(grid.size()).isEqualTo(1);
    assertThat(grid.skipped()).isEqualTo(1);
    assertThat(grid.window(0).left()).isZero();
    SampleGrid again =
        GridBuilder.restore(
            touchingAndIgnored(),
            AnnotationIndex.build(touchingAndIgnored()),
            grid.options(),
            image -> true,
            grid.states());
    assertThat(again.size()).isEqualTo(1);
    assertThatThrownBy(
            () ->
                GridBuilder.restore(
                    touchingAndIgnored(),
                    AnnotationIndex.build(touchingAndIgnored()),
                    grid.options(),
                    image -> true,
                    new byte[9]))
        .isInstanceOfSatisfying(
            LoaderException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT_CACHE));
  }

  @Test
  void theUnionOfBoxesCountsOverlapsOnce() {
    Box window = new Box(0, 0, 10, 10);
    List<Box> boxes = List.of(new Box(-5, 0, 4, 10), new Box(2, 0, 6, 5), new Box(20, 20, 30, 30));
    assertThat(IgnoredCover.unionInside(window, boxes)).isEqualTo(40 + 10);
  }

  @Test
  void aFilterLeavesWindowsOut() {
    ColumnDataset dataset = new ColumnDataset().image(1, 100, 100).image(2, 100, 100);
    SampleGrid grid =
        GridBuilder.build(
            dataset,
            AnnotationIndex.build(dataset),
            GridOptions.images(50, 50),
            image -> image == 1,
            (image, w) -> w.x() == 0,
            () -> {});
    assertThat(grid.size()).isEqualTo(2);
    assertThat(IntStream.range(0, 2).map(i -> grid.window(i).imageRow())).containsOnly(1);
  }

  @Test
  void mistakesAreFoundWithoutAnyImage() {
    assertThatThrownBy(() -> grid(new ColumnDataset(), GridOptions.images(-1, 5, 1.0)))
        .isInstanceOfSatisfying(LoaderException.class, e -> assertThat(e.violations()).hasSize(2));
    assertThat(grid(new ColumnDataset(), GridOptions.images(5, 5)).emptyReason())
        .isEqualTo("there are no images");
  }
}
