package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;

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
    sums.read(0, 0, 1, found, 0);
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
    ByteBuffer stored = ByteBuffer.allocate(half.storedBytes());
    half.write(stored);
    ExactSums restored = new ExactSums(1, 1, Precision.EXACT);
    restored.read(stored.flip());
    rows.subList(200, 400).forEach(row -> add(restored, row));
    assertThat(value(restored)).isEqualTo(value(whole));
  }

  @Test
  void manyTermsOfOneSignCarry() {
    ExactSums sums = new ExactSums(1, 1, Precision.forValuesUpTo(1));
    for (int i = 0; i < 100_000; i++) {
      add(sums, new double[] {1});
    }
    assertThat(value(sums)).isEqualTo(100_000);
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
    sums.add(0, row.clone(), 0, 1, Math.abs(row[0]));
    sums.nextWindow();
  }

  private static double value(ExactSums sums) {
    double[] value = new double[1];
    sums.read(0, 0, 1, value, 0);
    return value[0];
  }
}
