package io.ndstream.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.ColumnDataset;
import io.ndstream.geom.Box;
import io.ndstream.geom.Window;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AnnotationIndexTest {
  @Property(tries = 100)
  void findsWhatLookingAtEveryBoxFinds(@ForAll long seed, @ForAll @IntRange(max = 700) int boxes) {
    Random random = new Random(seed);
    ColumnDataset dataset = new ColumnDataset().image(5, 100, 100).image(3, 100, 100);
    int[] ids = IntStream.range(1, boxes + 1).toArray();
    for (int i = boxes - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = ids[i];
      ids[i] = ids[j];
      ids[j] = swap;
    }
    for (int id : ids) {
      dataset.annotation(id, random.nextInt(4) == 0 ? 5 : 3, 1, someBox(random));
    }
    AnnotationIndex index = AnnotationIndex.build(dataset);
    for (int i = 0; i < 50; i++) {
      double[] q = someBox(random);
      Box query = new Box(q[0], q[1], q[0] + q[2], q[1] + q[3]);
      assertThat(index.touching(1, query)).isEqualTo(byLooking(dataset.annotations(), 1, query));
      assertThat(index.touching(0, query)).isEqualTo(byLooking(dataset.annotations(), 0, query));
    }
  }

  /**
   * Halves or whole numbers, so that edges meet; now and then reversed, a point, huge, or not a
   * number.
   */
  private static double[] someBox(Random random) {
    double unit = random.nextInt(3) == 0 ? 0.5 : 1;
    double[] box = {
      unit * random.nextInt(100),
      unit * random.nextInt(100),
      unit * (random.nextInt(20) - 3),
      unit * (random.nextInt(20) - 3)
    };
    if (random.nextInt(40) == 0) {
      box[random.nextInt(4)] = random.nextBoolean() ? Double.NaN : 1e12;
    }
    return box;
  }

  private static int[] byLooking(Annotations a, int image, Box q) {
    return Arrays.stream(a.ofImage(image))
        .filter(row -> meet(a.x(row), a.x(row) + a.width(row), q.left(), q.right()))
        .filter(row -> meet(a.y(row), a.y(row) + a.height(row), q.top(), q.bottom()))
        .toArray();
  }

  private static boolean meet(double a0, double a1, double q0, double q1) {
    return Math.min(a0, a1) <= Math.max(q0, q1) && Math.max(a0, a1) >= Math.min(q0, q1);
  }

  /** On whole boxes and on others, scanned and in a tree. */
  @Property(tries = 100)
  void aWindowCoversAsTheSameBoxDoes(
      @ForAll long seed, @ForAll @IntRange(max = 150) int boxes, @ForAll boolean whole) {
    Random random = new Random(seed);
    ColumnDataset dataset = new ColumnDataset().image(1, 60, 60);
    for (int id = 1; id <= boxes; id++) {
      double unit = whole ? 1 : 0.25;
      dataset.annotation(
          id,
          1,
          1,
          unit * random.nextInt(60),
          unit * random.nextInt(60),
          unit * random.nextInt(20),
          random.nextInt(9));
    }
    AnnotationIndex index = AnnotationIndex.build(dataset);
    for (int i = 0; i < 50; i++) {
      Window window =
          new Window(
              random.nextInt(50) - 5,
              random.nextInt(50) - 5,
              random.nextInt(20),
              random.nextInt(20));
      Box box = window.toBox();
      double thresh = random.nextInt(4) / 4.0;
      boolean wanted = Arrays.stream(index.iooas(0, box)).allMatch(share -> share < thresh);
      assertThat(index.coversLess(0, window, thresh)).isEqualTo(wanted);
      assertThat(index.coversLess(0, box.left(), box.top(), box.right(), box.bottom(), thresh))
          .isEqualTo(wanted);
    }
  }

  @Test
  void coincidentBoxesShareOnePlaceOfTheCurve() {
    ColumnDataset dataset = new ColumnDataset().image(1, 10, 10);
    for (int id = 1; id <= 1000; id++) {
      dataset.annotation(id, 1, 1, 4, 4, 0, 0);
    }
    AnnotationIndex index = AnnotationIndex.build(dataset);
    assertThat(index.touching(0, new Box(4, 0, 9, 4))).hasSize(1000).isSorted();
    assertThat(index.touching(0, new Box(5, 0, 9, 4))).isEmpty();
  }

  @Test
  void sharesAreOfTheAnnotationAndUnionsOfBoth() {
    ColumnDataset dataset =
        new ColumnDataset()
            .image(1, 100, 100)
            .annotation(1, 1, 1, 0, 0, 10, 10)
            .annotation(2, 1, 1, 10, 0, 10, 10)
            .annotation(3, 1, 1);
    AnnotationIndex index = AnnotationIndex.build(dataset);
    Box query = new Box(5, 0, 10, 10);
    assertThat(index.touching(0, query)).containsExactly(0, 1);
    assertThat(index.ious(0, query)).containsExactly(0.5, 0);
    assertThat(index.iooas(0, query)).containsExactly(50 / (100 + 1e-6), 0);
    assertThat(index.visible(0, query, 0.1)).containsExactly(0);
    assertThat(index.coversLess(0, 5, 0, 10, 10, 0.5)).isTrue();
    assertThat(index.coversLess(0, 5, 0, 10, 10, 0.49)).isFalse();
    assertThat(index.coversLess(0, 20, 0, 30, 10, 0)).as("touches an edge").isFalse();
    assertThat(index.coversLess(0, 20.5, 0, 30, 10, 0)).isTrue();
    assertThat(index.size()).isEqualTo(2);
  }

  @Test
  void boxesBeyondAnyImageAreComparedAsTheyAre() {
    double far = (1 << 30) - 1;
    ColumnDataset dataset =
        new ColumnDataset()
            .image(1, 10, 10)
            .annotation(1, 1, 1, far, 0, 0, 5)
            .annotation(2, 1, 1, -far, 0, 0, 5)
            .annotation(3, 1, 1, 4 * far, 0, 9, 5);
    AnnotationIndex index = AnnotationIndex.build(dataset);
    assertThat(index.touching(0, new Box(far + 1, 0, 2 * far, 5))).isEmpty();
    assertThat(index.touching(0, new Box(-2 * far, 0, -far - 1, 5))).isEmpty();
    assertThat(index.touching(0, new Box(far, 0, 4 * far, 5))).containsExactly(0, 2);
  }

  @Test
  void aVisitorStopsTheSearch() {
    ColumnDataset dataset = new ColumnDataset().image(1, 10, 10);
    for (int id = 1; id <= 100; id++) {
      dataset.annotation(id, 1, 1, 4, 4, 2, 2);
    }
    int[] seen = {0};
    boolean whole =
        AnnotationIndex.build(dataset).visit(0, new Box(0, 0, 9, 9), row -> ++seen[0] < 7);
    assertThat(whole).isFalse();
    assertThat(seen[0]).isEqualTo(7);
  }
}
