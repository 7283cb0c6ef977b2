package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.coco.Segmentation;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CoverageTest {
  private static final int SIDE = 12;

  @Property(tries = 100)
  void outlinesHoldExactlyThePixelsWithWeight(@ForAll long seed) {
    Random random = new Random(seed);
    double share = random.nextDouble();
    double[] weights = random.doubles(SIDE * SIDE).map(d -> d < share ? 1 + d : 0).toArray();
    double area = area(blockwise(weights).outlines(Affine.IDENTITY).parts());
    assertThat(area)
        .as("seed %d", seed)
        .isEqualTo(IntStream.range(0, SIDE * SIDE).filter(i -> weights[i] > 0).count());
  }

  @Test
  void aFullCanvasIsOneRectangleInImageSpace() {
    double[] weights = IntStream.range(0, SIDE * SIDE).mapToDouble(i -> 0.5).toArray();
    List<Segmentation.Polygon> parts = blockwise(weights).outlines(Affine.scale(2, 3)).parts();
    assertThat(parts).hasSize(1);
    assertThat(parts.get(0).interiors()).isEmpty();
    assertThat(parts.get(0).exterior()).containsExactlyInAnyOrder(0, 0, 0, 36, 24, 36, 24, 0);
  }

  @Test
  void nothingHasNoOutline() {
    assertThat(blockwise(new double[SIDE * SIDE]).outlines(Affine.IDENTITY).parts()).isEmpty();
  }

  /** Adds the canvas in four blocks. */
  private static Coverage blockwise(double[] weights) {
    Coverage coverage = new Coverage();
    int half = SIDE / 2;
    for (int block = 0; block < 4; block++) {
      Window part = new Window(block % 2 * half, block / 2 * half, half, half);
      double[] ofPart = new double[half * half];
      for (int i = 0; i < ofPart.length; i++) {
        ofPart[i] = weights[(part.y() + i / half) * SIDE + part.x() + i % half];
      }
      coverage.add(part, ofPart);
    }
    return coverage;
  }

  private static double area(List<Segmentation.Polygon> parts) {
    double area = 0;
    for (Segmentation.Polygon part : parts) {
      area += Math.abs(area(part.exterior()));
      area -= part.interiors().stream().mapToDouble(ring -> Math.abs(area(ring))).sum();
    }
    return area;
  }

  private static double area(double[] xy) {
    double twice = 0;
    for (int i = 0; i < xy.length; i += 2) {
      int next = (i + 2) % xy.length;
      twice += xy[i] * xy[next + 1] - xy[next] * xy[i + 1];
    }
    return twice / 2;
  }
}
