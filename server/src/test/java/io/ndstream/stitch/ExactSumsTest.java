package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.geom.Window;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ExactSumsTest {
  private static final Cells ONE = new Cells(0, 0, 1, 1, 0);
  private static final Precision UP_TO_ONE = Precision.forValuesUpTo(1);

  @Property(tries = 150)
  void sumsAreThoseOfExactArithmetic(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int terms) {
    Random random = new Random(seed);
    List<double[]> rows = rows(random, terms);
    ExactSums sums = new ExactSums(1, 1, Precision.EXACT);
    BigDecimal exact = BigDecimal.ZERO;
    for (double[] row : rows) {
      exact = exact.add(new BigDecimal(row[0]));
      add(sums, row);
    }
    double[] found = new double[1];
    sums.read(0, 0, 1, found, 0, 1);
    double wanted = exact.doubleValue();
    assertThat(Math.abs(found[0] - wanted)).isLessThanOrEqualTo(Math.ulp(wanted));
  }

  @Property(tries = 150)
  void orderDoesNotMatterToTheLastBit(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 3000) int terms, @ForAll boolean exact) {
    Random random = new Random(seed);
    Precision precision = exact ? Precision.EXACT : Precision.forValuesUpTo(1);
    List<double[]> rows = rows(random, terms);
    ExactSums one = new ExactSums(1, 1, precision);
    rows.forEach(row -> add(one, row));
    Collections.shuffle(rows, random);
    ExactSums other = new ExactSums(1, 1, precision);
    rows.forEach(row -> add(other, row));
    assertThat(value(other)).isEqualTo(value(one));
  }

  @Property(tries = 50)
  void storedSumsGoOnAsIfNothingHappened(@ForAll long seed) {
    Random random = new Random(seed);
    List<double[]> rows = rows(random, 400);
    ExactSums whole = new ExactSums(1, 1, Precision.EXACT);
    rows.forEach(row -> add(whole, row));
    ExactSums half = new ExactSums(1, 1, Precision.EXACT);
    rows.subList(0, 200).forEach(row -> add(half, row));
    ExactSums restored = stored(half, Precision.EXACT);
    rows.subList(200, 400).forEach(row -> add(restored, row));
    assertThat(value(restored)).isEqualTo(value(whole));
  }

  @Property(tries = 150)
  void productsOfFloatsCountToTheQuantum(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int terms) {
    Random random = new Random(seed);
    ExactSums sums = new ExactSums(1, 1, UP_TO_ONE);
    BigDecimal exact = BigDecimal.ZERO;
    for (float[] term : floats(random, terms)) {
      exact = exact.add(new BigDecimal(term[0]).multiply(new BigDecimal(term[1])));
      add(sums, term);
    }
    double quantum = Math.scalb(1.0, UP_TO_ONE.exponent());
    assertThat(Math.abs(value(sums) - exact.doubleValue()))
        .as("seed %d", seed)
        .isLessThanOrEqualTo(terms * quantum);
  }

  @Property(tries = 150)
  void floatsAndTermsOfAnySizeMixInAnyOrderAndAcrossADisk(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 100) int terms) {
    Random random = new Random(seed);
    List<Object> mixed = new ArrayList<>(floats(random, terms));
    mixed.addAll(rows(random, random.nextInt(3)));
    ExactSums one = new ExactSums(1, 1, UP_TO_ONE);
    mixed.forEach(term -> add(one, term));
    Collections.shuffle(mixed, random);
    ExactSums other = new ExactSums(1, 1, UP_TO_ONE);
    int half = random.nextInt(mixed.size());
    mixed.subList(0, half).forEach(term -> add(other, term));
    ExactSums restored = stored(other, UP_TO_ONE);
    mixed.subList(half, mixed.size()).forEach(term -> add(restored, term));
    assertThat(value(restored)).as("seed %d", seed).isEqualTo(value(one));
  }

  @Test
  void cellsAreFoundByTheirPlaces() {
    int rows = 19;
    int columns = 5;
    ExactSums sums = new ExactSums(rows, columns, UP_TO_ONE);
    float[] values = new float[Cells.ROWS * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 64f;
    }
    for (int top = 0; top < rows; top += Cells.ROWS) {
      int height = Math.min(Cells.ROWS, rows - top);
      sums.add(Cells.of(new Window(1, top, 3, height), columns), values, null, 1);
      sums.addOnes(Cells.of(new Window(0, top, columns, height), columns));
      double[] found = new double[2 * columns];
      for (int y = 0; y < height; y++) {
        sums.read(top + y, 0, columns, found, 1, 2);
        for (int x = 0; x < columns; x++) {
          double value = x >= 1 && x < 4 ? values[y * columns + x] : 0;
          assertThat(found[1 + 2 * x]).isEqualTo(1 + value);
        }
      }
    }
  }

  @Test
  void manyTermsOfOneSignCarry() {
    ExactSums sums = new ExactSums(1, 1, Precision.forValuesUpTo(1));
    for (int i = 0; i < 100_000; i++) {
      add(sums, new double[] {1});
    }
    assertThat(value(sums)).isEqualTo(100_000);
  }

  private static ExactSums stored(ExactSums sums, Precision precision) {
    ByteBuffer stored = ByteBuffer.allocate(sums.storedBytes());
    sums.write(stored);
    assertThat(stored.hasRemaining()).isFalse();
    ExactSums restored = new ExactSums(1, 1, precision);
    restored.read(stored.flip());
    return restored;
  }

  /** Values and weights from -1 to 1, many of them far smaller. */
  private static List<float[]> floats(Random random, int terms) {
    List<float[]> floats = new ArrayList<>();
    for (int i = 0; i < terms; i++) {
      float value = (2 * random.nextFloat() - 1) * Math.scalb(1f, -random.nextInt(40));
      floats.add(new float[] {value, random.nextInt(3) == 0 ? 1 : random.nextFloat()});
    }
    return floats;
  }

  private static List<double[]> rows(Random random, int terms) {
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < terms; i++) {
      double size = random.nextInt(4) == 0 ? Math.scalb(1.0, random.nextInt(200) - 120) : 1;
      rows.add(new double[] {random.nextGaussian() * size});
    }
    return rows;
  }

  private static void add(ExactSums sums, double[] row) {
    sums.add(ONE, row.clone(), Math.abs(row[0]));
  }

  private static void add(ExactSums sums, float[] term) {
    float[] weights = term[1] == 1 ? null : new float[] {term[1]};
    sums.add(ONE, new float[] {term[0]}, weights, Math.abs((double) term[0] * term[1]));
  }

  private static void add(ExactSums sums, Object term) {
    if (term instanceof float[] floats) {
      add(sums, floats);
    } else {
      add(sums, (double[]) term);
    }
  }

  private static double value(ExactSums sums) {
    double[] value = new double[1];
    sums.read(0, 0, 1, value, 0, 1);
    return value[0];
  }
}
