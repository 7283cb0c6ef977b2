package io.ndstream.annot;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.coco.Segmentation.Polygon;
import io.ndstream.coco.Segmentation.Polygons;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ClipperTest {
  private static final int SIZE = 40;
  private static final Box WINDOW = new Box(0, 0, SIZE, SIZE);

  private final ShapeWriter shapes = new ShapeWriter();
  private final Painter painter = new Painter();

  /** A star-shaped polygon with a hole covers the same pixels of the window before and after. */
  @Property(tries = 150)
  void coversTheSamePixels(@ForAll @IntRange(min = 3, max = 30) int vertices, @ForAll long seed) {
    Random random = new Random(seed);
    double x = random.nextDouble() * 60 - 10;
    double y = random.nextDouble() * 60 - 10;
    double[] exterior = star(vertices, x, y, 10, 25, random);
    double[] interior = star(vertices, x, y, 1, 4, random);
    Polygons shape = new Polygons("test", List.of(new Polygon(exterior, List.of(interior))));
    AnnotationColumns whole = write(shape, null);
    AnnotationColumns cut = write(shape, WINDOW);
    assertThat(paint(cut)).as("seed %d", seed).isEqualTo(paint(whole));
    assertInside(cut);
  }

  /** Rings that cross themselves come out as something inside the window, not as a failure. */
  @Property(tries = 150)
  void survivesInvalidRings(
      @ForAll @IntRange(min = 1, max = 9) int vertices,
      @ForAll boolean integers,
      @ForAll long seed) {
    Random random = new Random(seed);
    double[] ring = new double[2 * vertices];
    for (int i = 0; i < ring.length; i++) {
      double value = random.nextDouble() * 60 - 10;
      ring[i] = integers ? Math.rint(value / 10) * 10 : value;
    }
    assertInside(write(new Polygons("test", List.of(new Polygon(ring, List.of(ring)))), WINDOW));
  }

  @Test
  void keepsWhatIsInsideAndDropsWhatIsOutside() {
    double[] inside = {1, 1, 5, 1, 5, 5, 3, 3};
    double[] outside = {-9, 1, -5, 1, -5, 5};
    Polygons shape =
        new Polygons(
            "test", List.of(new Polygon(inside, List.of()), new Polygon(outside, List.of())));
    AnnotationColumns cut = write(shape, WINDOW);
    assertThat(cut.xy().toArray()).containsExactly(inside);
    assertThat(cut.polygons().children()).isEqualTo(1);
  }

  @Test
  void splitsWhatTheWindowCutsApart() {
    double[] u = {-5, 5, 10, 5, 10, 8, -2, 8, -2, 12, 10, 12, 10, 15, -5, 15};
    AnnotationColumns cut = write(new Polygons("test", List.of(new Polygon(u, List.of()))), WINDOW);
    assertThat(cut.polygons().children()).isEqualTo(2);
    assertThat(cut.points().children()).isEqualTo(8);
  }

  private AnnotationColumns write(Polygons shape, Box window) {
    AnnotationColumns into = new AnnotationColumns();
    into.reset(true, false, List.of());
    into.beginSample();
    into.beginAnnotation(1, 1, 0, WINDOW, 1);
    shapes.write(shape, null, Affine.IDENTITY, window, into);
    return into;
  }

  private int[] paint(AnnotationColumns columns) {
    Labels labels = new Labels(IntBuffer.allocate(SIZE * SIZE), null, SIZE, SIZE);
    for (int polygon = 0; polygon < columns.polygons().children(); polygon++) {
      painter.paintPolygon(columns, polygon, labels, 1, 0);
    }
    return labels.classes().array();
  }

  private static void assertInside(AnnotationColumns columns) {
    for (int i = 0; i < columns.xy().size(); i++) {
      assertThat(columns.xy().get(i)).isBetween(-1e-9, SIZE + 1e-9);
    }
  }

  private static double[] star(
      int vertices, double x, double y, double low, double high, Random random) {
    double[] ring = new double[2 * vertices];
    for (int i = 0; i < vertices; i++) {
      double radius = low + random.nextDouble() * (high - low);
      double angle = 2 * Math.PI * i / vertices;
      ring[2 * i] = x + radius * Math.cos(angle);
      ring[2 * i + 1] = y + radius * Math.sin(angle);
    }
    return ring;
  }
}
