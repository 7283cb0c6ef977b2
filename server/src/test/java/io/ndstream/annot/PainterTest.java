package io.ndstream.annot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.algorithm.RayCrossingCounter;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Location;

class PainterTest {
  private static final int WIDTH = 17;
  private static final int HEIGHT = 13;

  private final Painter painter = new Painter();
  private final Labels labels =
      new Labels(
          IntBuffer.allocate(WIDTH * HEIGHT), IntBuffer.allocate(WIDTH * HEIGHT), WIDTH, HEIGHT);

  /**
   * Two random rings, crossing themselves and each other and reaching past the labels: even-odd
   * over both.
   */
  @Property(tries = 200)
  void paintsThePixelsWhoseCentreIsInside(
      @ForAll @IntRange(min = 3, max = 9) int vertices, @ForAll long seed) {
    Random random = new Random(seed);
    AnnotationColumns shape = columns();
    shape.beginPolygon();
    Coordinate[][] rings = {ring(shape, vertices, random), ring(shape, 3, random)};
    labels.fill(-1, 0);
    painter.paintPolygon(shape, 0, labels, 5, 7);
    for (int row = 0; row < HEIGHT; row++) {
      for (int column = 0; column < WIDTH; column++) {
        Coordinate centre = new Coordinate(column + 0.5, row + 0.5);
        boolean inside = false;
        for (Coordinate[] ring : rings) {
          inside ^= RayCrossingCounter.locatePointInRing(centre, ring) == Location.INTERIOR;
        }
        String what = "seed " + seed + " at " + column + ", " + row;
        assertThat(labels.classes().get(row * WIDTH + column)).as(what).isEqualTo(inside ? 5 : -1);
        assertThat(labels.instances().get(row * WIDTH + column)).as(what).isEqualTo(inside ? 7 : 0);
      }
    }
  }

  @Test
  void tilesMeetWithoutGapOrOverlap() {
    double[] edges = {-3, 2.5, 4, 7.5, 20};
    labels.fill(0, 0);
    int[] painted = new int[WIDTH * HEIGHT];
    for (int i = 0; i + 1 < edges.length; i++) {
      AnnotationColumns shape = columns();
      new ShapeWriter().writeBox(new Box(edges[i], -1, edges[i + 1], 99), Affine.IDENTITY, shape);
      labels.fill(0, 0);
      painter.paintPolygon(shape, 0, labels, 1, 1);
      for (int at = 0; at < painted.length; at++) {
        painted[at] += labels.classes().get(at);
      }
    }
    assertThat(painted).containsOnly(1);
  }

  /** A mask is mapped itself: every pixel takes the cell its centre comes from. */
  @Property(tries = 100)
  void mapsMasks(
      @ForAll @DoubleRange(min = 0.3, max = 3) double scale,
      @ForAll @DoubleRange(min = -3, max = 3) double theta,
      @ForAll @DoubleRange(min = -5, max = 9) double tx,
      @ForAll long seed) {
    Mask mask = Mask.of(Runs.ofText(MaskTest.randomRows(6, 8, 5, seed), true));
    Affine map = Affine.of(scale, scale * 1.5, theta, 0.1, tx, 4.25, 0, 0);
    labels.fill(-1, 0);
    painter.paintMask(mask, map, labels, 3, 4);
    for (int row = 0; row < HEIGHT; row++) {
      for (int column = 0; column < WIDTH; column++) {
        Affine back = map.inverse();
        double x = back.x(column + 0.5, row + 0.5);
        double y = back.y(column + 0.5, row + 0.5);
        boolean set = mask.isSet((int) Math.floor(x), (int) Math.floor(y));
        assertThat(labels.classes().get(row * WIDTH + column))
            .as("seed " + seed)
            .isEqualTo(set ? 3 : -1);
      }
    }
  }

  @Property(tries = 50)
  void paintsWhatComesFromOutside(
      @ForAll @DoubleRange(min = -3, max = 3) double theta,
      @ForAll @IntRange(min = 1, max = 30) int size) {
    Affine map = Affine.of(1.5, 0.8, theta, 0, 3, 2, 0, 0);
    Box canvas = new Box(0, 0, size, size);
    labels.fill(-1, 0);
    painter.paintOutside(canvas, map, labels, -2, 0);
    for (int row = 0; row < HEIGHT; row++) {
      for (int column = 0; column < WIDTH; column++) {
        double x = map.inverse().x(column + 0.5, row + 0.5);
        double y = map.inverse().y(column + 0.5, row + 0.5);
        boolean inside = x >= 0 && x < size && y >= 0 && y < size;
        assertThat(labels.classes().get(row * WIDTH + column)).isEqualTo(inside ? -1 : -2);
      }
    }
  }

  @Test
  void refusesAZigzagThatWouldTakeAllMemory() {
    AnnotationColumns shape = columns();
    shape.beginPolygon();
    shape.beginRing();
    for (int i = 0; i < (1 << 24) / HEIGHT + 2; i++) {
      shape.addPoint(i % 7, i % 2 == 0 ? -1 : HEIGHT + 1);
    }
    assertThatThrownBy(() -> painter.paintPolygon(shape, 0, labels, 1, 1))
        .isInstanceOfSatisfying(
            LoaderException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OVER_BUDGET));
  }

  @Test
  void maskAtIdentityIsItself() {
    List<String> rows = MaskTest.randomRows(HEIGHT, WIDTH, 5, 3);
    labels.fill(0, 0);
    painter.paintMask(Mask.of(Runs.ofText(rows, false)), Affine.IDENTITY, labels, 1, 1);
    for (int at = 0; at < WIDTH * HEIGHT; at++) {
      assertThat(labels.classes().get(at))
          .isEqualTo(rows.get(at / WIDTH).charAt(at % WIDTH) == '#' ? 1 : 0);
    }
  }

  private static Coordinate[] ring(AnnotationColumns into, int vertices, Random random) {
    Coordinate[] ring = new Coordinate[vertices + 1];
    into.beginRing();
    for (int i = 0; i < vertices; i++) {
      ring[i] = new Coordinate(random.nextDouble() * 30 - 6, random.nextDouble() * 30 - 8);
      into.addPoint(ring[i].x, ring[i].y);
    }
    ring[vertices] = ring[0];
    return ring;
  }

  private static AnnotationColumns columns() {
    AnnotationColumns columns = new AnnotationColumns();
    columns.reset(true, false, List.of());
    columns.beginSample();
    columns.beginAnnotation(1, 1, 0, new Box(0, 0, 1, 1), 1);
    return columns;
  }
}
