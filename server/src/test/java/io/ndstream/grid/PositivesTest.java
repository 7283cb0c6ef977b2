package io.ndstream.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.coco.ColumnDataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import org.junit.jupiter.api.Test;

class PositivesTest {
  @Test
  void roundsToFloatBeforeItComputesTheCentre() {
    ColumnDataset dataset =
        new ColumnDataset()
            .image(4, 100, 90)
            .annotation(9, 4, 2, 16777217.0, 0.1, 3, 0.7)
            .annotation(3, 4, 2);
    Positives table = Positives.of(dataset);
    assertThat(table.size()).isEqualTo(1);
    assertThat(table.withoutBox()).isEqualTo(1);
    assertThat(table.cx(0)).isEqualTo(16777216f + 1.5f);
    assertThat(table.cy(0)).isEqualTo(0.1f + 0.35f);
    assertThat(table.annotationId(0)).isEqualTo(9);
    assertThat(table.imageId(0)).isEqualTo(4);
    assertThat(table.imageWidth(0)).isEqualTo(100);
  }

  @Test
  void filtersByRow() {
    ColumnDataset dataset =
        new ColumnDataset()
            .image(4, 100, 90)
            .annotation(9, 4, 2, 0, 0, 3, 3)
            .annotation(3, 4, 5, 0, 0, -1, 0);
    assertThat(
            Positives.of(dataset, row -> dataset.annotations().categoryId(row) == 5)
                .annotationId(0))
        .isEqualTo(3);
  }

  @Test
  void refusesWhatCannotBeSampled() {
    assertThat(Positives.of(new ColumnDataset()).size()).isZero();
    refused(new ColumnDataset().image(1, 5, 5).annotation(1, 1, 1));
    refused(new ColumnDataset().image(1, 5, 5).annotation(1, 1, -1, 0, 0, 1, 1));
    refused(new ColumnDataset().image(1, 0, 0).annotation(1, 1, 1, 0, 0, 1, 1));
  }

  private static void refused(ColumnDataset dataset) {
    assertThatThrownBy(() -> Positives.of(dataset))
        .isInstanceOfSatisfying(
            LoaderException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_MANIFEST));
  }
}
