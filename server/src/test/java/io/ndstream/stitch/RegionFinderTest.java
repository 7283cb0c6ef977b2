package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ndstream.coco.Segmentation;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RegionFinderTest {

  @Property(tries = 60)
  void regionsAreTheEightConnectedSetsAndAreasAreTrue(@ForAll long seed) {
    Random random = new Random(seed);
    int width = 1 + random.nextInt(20);
    int height = 1 + random.nextInt(40);
    double[] values = random.doubles((long) width * height).toArray();
    List<RegionFinder.Found> found =
        find(new RegionFinder(List.of(0), 0.55, false, 0, 0), width, height, 1, values);
    List<double[]> wanted = flood(width, height, values, 0.55); // pixels and mean, by first pixel
    assertThat(found).as("seed %d", seed).hasSameSizeAs(wanted);
    for (int i = 0; i < wanted.size(); i++) {
      assertThat(found.get(i).pixels()).isEqualTo((long) wanted.get(i)[0]);
      assertThat(found.get(i).score()).isCloseTo(wanted.get(i)[1], within(1e-6));
      assertThat(area(found.get(i).shape())).as("seed %d", seed).isEqualTo(wanted.get(i)[0]);
    }
  }

  @Test
  void aRingKeepsItsHoleAndHasNoNeedlessCorners() {
    double[] values = new double[25];
    Arrays.fill(values, 1);
    values[12] = Double.NaN;
    RegionFinder.Found ring =
        find(new RegionFinder(List.of(0), 0.5, false, 0, 0), 5, 5, 1, values).get(0);
    assertThat(ring.shape().parts()).hasSize(1);
    assertThat(ring.shape().parts().get(0).exterior()).hasSize(8);
    assertThat(ring.shape().parts().get(0).interiors()).hasSize(1);
    assertThat(ring.box().area()).isEqualTo(25);
  }

  @Test
  void theLargestBandWinsAndSmallRegionsAreLeftOut() {
    double[] values = {0.9, 0.1, 0.4, 0.6, 0.4, 0.6, 0.5, 0.5};
    RegionFinder finder = new RegionFinder(List.of(0, 1), 0.3, true, 2, 0);
    List<RegionFinder.Found> found = find(finder, 4, 1, 2, values);
    assertThat(found).hasSize(1);
    assertThat(found.get(0).band()).isEqualTo(1);
    assertThat(found.get(0).pixels()).isEqualTo(2);
  }

  private static List<RegionFinder.Found> find(
      RegionFinder finder, int width, int height, int bands, double[] values) {
    CanvasReader reader =
        new CanvasReader() {
          @Override
          public void read(Window part, double[] sums, double[] weights) {
            System.arraycopy(values, part.y() * width * bands, sums, 0, (int) part.area() * bands);
            Arrays.fill(weights, 1);
          }

          @Override
          public List<Window> touched() {
            return List.of(new Window(0, 0, width, height));
          }
        };
    List<RegionFinder.Found> found = new ArrayList<>();
    finder.find(
        new CanvasView(new Window(0, 0, width, height), Affine.IDENTITY, bands, reader),
        found::add);
    return found;
  }

  private static double area(Segmentation.Polygons shape) {
    double area = 0;
    for (Segmentation.Polygon part : shape.parts()) {
      area +=
          ring(part.exterior())
              - part.interiors().stream().mapToDouble(RegionFinderTest::ring).sum();
    }
    return area;
  }

  private static double ring(double[] xy) {
    double twice = 0;
    for (int i = 0; i < xy.length; i += 2) {
      int next = (i + 2) % xy.length;
      twice += xy[i] * xy[next + 1] - xy[next] * xy[i + 1];
    }
    return Math.abs(twice) / 2;
  }

  private static List<double[]> flood(int width, int height, double[] values, double threshold) {
    boolean[] seen = new boolean[values.length];
    List<double[]> regions = new ArrayList<>();
    for (int start = 0; start < values.length; start++) {
      if (!seen[start] && values[start] > threshold) {
        double[] region = new double[2];
        fill(start, width, height, values, threshold, seen, region);
        regions.add(new double[] {region[0], region[1] / region[0]});
      }
    }
    return regions;
  }

  private static void fill(
      int at,
      int width,
      int height,
      double[] values,
      double threshold,
      boolean[] seen,
      double[] region) {
    seen[at] = true;
    region[0]++;
    region[1] += (float) values[at];
    for (int dy = -1; dy <= 1; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        int x = at % width + dx;
        int y = at / width + dy;
        if (x >= 0
            && x < width
            && y >= 0
            && y < height
            && !seen[y * width + x]
            && values[y * width + x] > threshold) {
          fill(y * width + x, width, height, values, threshold, seen, region);
        }
      }
    }
  }
}
