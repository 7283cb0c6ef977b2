package io.ndstream.annot;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.geom.Box;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AnnotationColumnsTest {
  private static final List<String> NAMES = List.of("left", "right");

  /**
   * Samples written into columns of their own and put together are the samples written one after
   * the other.
   */
  @Property(tries = 100)
  void appendingIsWritingOneAfterTheOther(
      @ForAll @IntRange(min = 0, max = 5) int samples, @ForAll long seed) {
    AnnotationColumns whole = columns();
    AnnotationColumns joined = columns();
    AnnotationColumns part = new AnnotationColumns();
    Random first = new Random(seed);
    Random second = new Random(seed);
    for (int i = 0; i < samples; i++) {
      writeSample(whole, first);
      part.reset(true, true, NAMES);
      writeSample(part, second);
      joined.append(part);
    }
    assertThat(contents(joined)).as("seed %d", seed).isEqualTo(contents(whole));
    assertThat(joined.keypointNames()).isEqualTo(whole.keypointNames());
  }

  @Test
  void offsetsSayWhoOwnsWhat() {
    AnnotationColumns columns = columns();
    columns.beginSample();
    columns.beginSample();
    columns.beginAnnotation(7, 1, 0, new Box(1, 2, 4, 8), 0.5);
    columns.beginPolygon();
    columns.beginRing();
    columns.addPoint(1, 2);
    columns.addPoint(3, 4);
    columns.beginAnnotation(9, 1, 0, new Box(0, 0, 1, 1), 1);
    assertThat(columns.samples().column().toArray()).containsExactly(0, 0, 2);
    assertThat(columns.polygons().column().toArray()).containsExactly(0, 1, 1);
    assertThat(columns.rings().column().toArray()).containsExactly(0, 1);
    assertThat(columns.points().column().toArray()).containsExactly(0, 2);
    assertThat(columns.boxes().toArray()).containsExactly(1, 2, 3, 6, 0, 0, 1, 1);
    ByteBuffer bytes = ByteBuffer.allocate(columns.ids().byteSize()).order(ByteOrder.LITTLE_ENDIAN);
    columns.ids().writeTo(bytes);
    assertThat(bytes.array()).startsWith(7, 0, 0, 0, 0, 0, 0, 0, 9).hasSize(16);
  }

  private static void writeSample(AnnotationColumns into, Random random) {
    into.beginSample();
    for (int a = random.nextInt(4); a > 0; a--) {
      into.beginAnnotation(
          random.nextInt(100),
          random.nextInt(9),
          0,
          new Box(0, 0, 1, random.nextInt(5)),
          random.nextDouble());
      for (int p = random.nextInt(3); p > 0; p--) {
        into.beginPolygon();
        for (int r = 1 + random.nextInt(2); r > 0; r--) {
          into.beginRing();
          for (int v = 3 + random.nextInt(20); v > 0; v--) {
            into.addPoint(random.nextDouble(), random.nextDouble());
          }
        }
      }
      for (int k = random.nextInt(3); k > 0; k--) {
        int named = random.nextInt(5);
        into.addKeypoint(
            random.nextDouble(), 1, random.nextInt(3), named == 4 ? null : "name" + named);
      }
    }
  }

  /** Names instead of class numbers: their order depends on who came first. */
  private static List<Object> contents(AnnotationColumns columns) {
    List<Object> names = new ArrayList<>();
    for (int k = 0; k < columns.keypointClasses().size(); k++) {
      int named = columns.keypointClasses().get(k);
      names.add(named < 0 ? "none" : columns.keypointNames().get(named));
    }
    return List.of(
        list(columns.samples()),
        list(columns.polygons()),
        list(columns.rings()),
        list(columns.points()),
        list(columns.keypoints()),
        list(columns.ids()),
        list(columns.categoryIds()),
        names,
        list(columns.boxes()),
        list(columns.xy()),
        list(columns.keypointXy()),
        list(columns.visibility()));
  }

  private static List<Long> list(Offsets offsets) {
    return list(offsets.column());
  }

  private static List<Long> list(Longs values) {
    return Arrays.stream(values.toArray()).boxed().toList();
  }

  private static List<Double> list(Doubles values) {
    return Arrays.stream(values.toArray()).boxed().toList();
  }

  private static AnnotationColumns columns() {
    AnnotationColumns columns = new AnnotationColumns();
    columns.reset(true, true, NAMES);
    return columns;
  }
}
