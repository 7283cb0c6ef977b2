package io.ndstream.annot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.coco.Segmentation.Rle;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MaskTest {

  @Property(tries = 100)
  void decodingUndoesEncoding(
      @ForAll @IntRange(min = 1, max = 12) int height,
      @ForAll @IntRange(min = 1, max = 12) int width,
      @ForAll boolean columnMajor,
      @ForAll @IntRange(min = 0, max = 10) int tenths,
      @ForAll long seed) {
    List<String> rows = randomRows(height, width, tenths, seed);
    Mask mask = Mask.of(Runs.ofText(rows, columnMajor));
    assertThat(rows(mask, height, width)).isEqualTo(rows);
  }

  @Test
  void holdsNoMoreThanTheBoundingRectangle() {
    Mask mask = Mask.of(Runs.ofText(List.of(".....", "..#..", "..##.", "....."), true));
    assertThat(mask)
        .extracting(Mask::x, Mask::y, Mask::width, Mask::height)
        .containsExactly(2, 1, 2, 2);
    assertThat(mask.cells()).containsExactly(1, 0, 1, 1);
    assertThat(
            Mask.of(
                    new Rle(
                        50_000, 50_000, new int[] {1_250_000_000, 1, 1_249_999_999}, true, false))
                .cells())
        .hasSize(1);
  }

  @Test
  void refusesRunsThatDoNotCoverTheImage() {
    assertRefused(new int[] {3, 2}, Reason.BAD_MANIFEST);
    assertRefused(new int[] {3, 7}, Reason.BAD_MANIFEST);
    assertRefused(new int[] {8, -1, 2}, Reason.BAD_MANIFEST);
    assertThatThrownBy(
            () -> Mask.of(new Rle(40_000, 40_000, new int[] {0, 1_600_000_000}, true, false)))
        .isInstanceOfSatisfying(
            LoaderException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OVER_BUDGET));
  }

  private static void assertRefused(int[] counts, Reason reason) {
    assertThatThrownBy(() -> Mask.of(new Rle(3, 3, counts, true, false)))
        .isInstanceOfSatisfying(
            LoaderException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  static List<String> randomRows(int height, int width, int tenths, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, height)
        .mapToObj(
            y -> {
              StringBuilder row = new StringBuilder();
              IntStream.range(0, width)
                  .forEach(x -> row.append(random.nextInt(10) < tenths ? '#' : '.'));
              return row.toString();
            })
        .toList();
  }

  static List<String> rows(Mask mask, int height, int width) {
    return IntStream.range(0, height)
        .mapToObj(
            y -> {
              StringBuilder row = new StringBuilder();
              IntStream.range(0, width).forEach(x -> row.append(mask.isSet(x, y) ? '#' : '.'));
              return row.toString();
            })
        .toList();
  }
}
