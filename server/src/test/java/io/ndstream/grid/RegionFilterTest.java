package io.ndstream.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.coco.Capture;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Violations;
import io.ndstream.geom.Window;
import io.ndstream.grid.RegionFilter.Bounds;
import io.ndstream.grid.RegionFilter.Choice;
import io.ndstream.index.AnnotationIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionFilterTest {
  private static final double NONE = Double.NaN;
  private static final Bounds ALL = new Bounds(NONE, NONE, NONE, NONE, NONE);
  private static final String MANIFEST =
      """
      {"categories": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}],
       "images": [
         {"id": 1, "file_name": "1.png", "width": 100, "height": 100, "sensor_coarse": "S2", "date_captured": "2020-05-01", "tags": ["dry"]},
         {"id": 2, "file_name": "2.png", "width": 100, "height": 100, "sensor_coarse": "L8", "date_captured": "2021/05/01 10:00:00"},
         {"id": 3, "file_name": "3.png", "width": 100, "height": 100, "tags": ["dry", "cloudy"]}],
       "annotations": [
         {"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 10, 20]},
         {"id": 2, "image_id": 2, "category_id": 2, "bbox": [95, 40, 20, 20]},
         {"id": 3, "image_id": 3, "category_id": 1, "bbox": [60, 60, 30, 10]},
         {"id": 4, "image_id": 3, "category_id": 2, "bbox": [10, 10, 4, 4]}]}
      """;

  @TempDir Path dir;
  private Dataset dataset;

  @BeforeEach
  void open() throws IOException {
    dataset =
        Manifests.open(
            Files.writeString(dir.resolve("data.kwcoco.json"), MANIFEST), OpenOptions.strict());
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  private static RegionFilter filter(
      Choice<Long> categories,
      Choice<String> sensors,
      Choice<String> tags,
      Instant from,
      Instant before,
      Bounds bounds,
      double... polygon) {
    return new RegionFilter(
        categories, Set.of(), sensors, tags, from, before, bounds, polygon, NONE);
  }

  private static <T> Choice<T> any() {
    return new Choice<>(Set.of(), Set.of());
  }

  private long[] kept(RegionFilter filter) {
    Violations violations = new Violations();
    filter.check(dataset, violations);
    violations.throwIfAny();
    Positives table = Positives.of(dataset, filter.annotations(dataset));
    return IntStream.range(0, table.size()).mapToLong(table::annotationId).toArray();
  }

  @Test
  void bySensorTagAndDate() {
    assertThat(kept(filter(any(), new Choice<>(Set.of("S2"), Set.of()), any(), null, null, ALL)))
        .containsExactly(1);
    assertThat(
            kept(filter(any(), new Choice<>(Set.of(), Set.of("S2", "")), any(), null, null, ALL)))
        .containsExactly(2);
    assertThat(
            kept(
                filter(
                    any(), any(), new Choice<>(Set.of("dry"), Set.of("cloudy")), null, null, ALL)))
        .containsExactly(1);
    assertThat(kept(filter(any(), any(), any(), Instant.parse("2020-06-01T00:00:00Z"), null, ALL)))
        .containsExactly(2);
    assertThat(kept(filter(any(), any(), any(), null, Instant.parse("2021-05-01T10:00:00Z"), ALL)))
        .containsExactly(1);
  }

  @Test
  void byCategoryBoxAndPlace() {
    assertThat(kept(filter(new Choice<>(Set.of(), Set.of(1L)), any(), any(), null, null, ALL)))
        .containsExactly(2, 4);
    assertThat(kept(filter(any(), any(), any(), null, null, new Bounds(20, 350, NONE, NONE, NONE))))
        .containsExactly(1, 3);
    assertThat(kept(filter(any(), any(), any(), null, null, new Bounds(NONE, NONE, 1, 1, NONE))))
        .containsExactly(2, 4);
    assertThat(
            kept(filter(any(), any(), any(), null, null, new Bounds(NONE, NONE, NONE, NONE, 101))))
        .containsExactly(1, 3);
    assertThat(kept(filter(any(), any(), any(), null, null, ALL, 0, 0, 50, 0, 0, 50)))
        .as("a triangle")
        .containsExactly(1, 4);
  }

  @Test
  void contradictionsAreMistakes() {
    Violations violations = new Violations();
    new RegionFilter(
            new Choice<>(Set.of(1L, 77L), Set.of(1L)),
            Set.of(99L),
            any(),
            any(),
            Instant.EPOCH,
            Instant.EPOCH,
            new Bounds(5, 4, 3, 2, NONE),
            new double[] {1, 2},
            1.5)
        .check(dataset, violations);
    assertThat(violations.isEmpty()).isFalse();
    try {
      violations.throwIfAny();
    } catch (LoaderException e) {
      assertThat(e.violations()).hasSize(8);
    }
  }

  @Test
  void negativesKeepToValidWindows() {
    RegionFilter filter =
        new RegionFilter(any(), Set.of(), any(), any(), null, null, ALL, new double[0], 0.5);
    ValidFraction leftHalf =
        (image, w) -> Math.max(0, Math.min(50, w.right()) - w.x()) / (double) w.width();
    NegativeSet set =
        Negatives.draw(
            dataset,
            AnnotationIndex.build(dataset),
            new NegativeOptions(500, 10, 10, 0, 4, null),
            filter.windows(leftHalf));
    assertThat(set.size()).isEqualTo(500);
    assertThat(IntStream.range(0, 500).map(set::x)).allMatch(x -> x <= 45);
    NegativeSet none =
        Negatives.draw(
            dataset,
            AnnotationIndex.build(dataset),
            new NegativeOptions(5, 10, 10, 0, 4, null),
            (image, w) -> false);
    assertThat(none.size()).isZero();
    assertThat(none.shortfall()).contains("5 of 5");
  }

  @Test
  void timesAreReadInTheUsualSpellings() {
    assertThat(Capture.parse("2026-11-21")).isEqualTo(Instant.parse("2026-11-21T00:00:00Z"));
    assertThat(Capture.parse("2026/11/21 13:00:00"))
        .isEqualTo(Instant.parse("2026-11-21T13:00:00Z"));
    assertThat(Capture.parse("2026-11-21T13:00:00+01:00"))
        .isEqualTo(Instant.parse("2026-11-21T12:00:00Z"));
    assertThat(Capture.parse("last week")).isNull();
  }

  @Test
  void weightsSetTheShareOfClasses() {
    Positives table = Positives.of(dataset);
    int[] rows = new int[0];
    for (int seed = 0; seed < 2500; seed++) {
      int[] drawn = ClassBalance.draw(table, Map.of(1L, 3.0, 2L, 1.0), seed);
      rows = IntStream.concat(Arrays.stream(rows), Arrays.stream(drawn)).toArray();
    }
    double first =
        Arrays.stream(rows).filter(row -> table.categoryId(row) == 1).count()
            / (double) rows.length;
    assertThat(first).isBetween(0.75 - 0.018, 0.75 + 0.018); // 10000 draws, 4 standard deviations
  }

  @Test
  void coveringWindowsHoldEveryBoxThatFits() {
    CoveringWindows.Cover cover = CoveringWindows.of(dataset, Positives.of(dataset), 100, 100);
    assertThat(cover.covered()).isEqualTo(4);
    assertThat(cover.windows().imageRows()).containsExactly(0, 1, 2);
    CoveringWindows.Cover small = CoveringWindows.of(dataset, Positives.of(dataset), 20, 20);
    assertThat(small.tooLarge()).as("30 wide").isEqualTo(1);
    assertThat(
            new Window((int) small.windows().left(1), (int) small.windows().top(1), 20, 20).right())
        .isLessThanOrEqualTo(100);
  }
}
