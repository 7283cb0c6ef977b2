package io.ndstream.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.annot.AnnotationColumns;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.StageTimes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * What lies outside the canvas and outside the video, by request. Frames are 64 x 48, the video has
 * 4.
 */
class FillTest {
  private static final OpenSamples OPEN = new OpenSamples();
  private static final int WIDTH = 20;
  private static final int HEIGHT = 10;

  private final SampleLoader loader = OPEN.loader("vidshapes2");

  @AfterAll
  static void close() {
    OPEN.close();
  }

  private static TargetSpec.Builder corner(Fill fill) {
    return TargetSpec.builder()
        .videoId(1L)
        .channels("r")
        .fill(fill)
        .spaceSlice(List.of(Slice.of(-3, HEIGHT - 3), Slice.of(64 - WIDTH + 5, 64 + 5)));
  }

  private static final class Pixels {
    private final ResolvedSample sample;
    private final ByteBuffer row;

    Pixels(SampleLoader loader, TargetSpec target) {
      sample = loader.resolve(target, AnnotationRequest.ALL);
      row = ByteBuffer.allocate((int) sample.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      try (SampleScratch scratch = new SampleScratch()) {
        loader.readInto(sample, row, scratch, new StageTimes());
      }
    }

    int at(int t, int y, int x) {
      return row.get((t * HEIGHT + y) * WIDTH + x) & 0xff;
    }

    void hasFrame(int t, Pixels other, int otherT) {
      int bytes = HEIGHT * WIDTH;
      assertThat(row.slice(t * bytes, bytes))
          .as("frame %d", t)
          .isEqualTo(other.row.slice(otherT * bytes, bytes));
    }
  }

  @Test
  void edgesGoOnInSpace() {
    Pixels p = new Pixels(loader, corner(new Fill("edge", null)).build());
    for (int x = 0; x < WIDTH; x++) {
      assertThat(p.at(0, 0, x)).isEqualTo(p.at(0, 3, x));
    }
    for (int y = 0; y < HEIGHT; y++) {
      assertThat(p.at(0, y, WIDTH - 1)).isEqualTo(p.at(0, y, WIDTH - 6));
    }
  }

  @Test
  void reflectionDoesNotRepeatTheEdge() {
    Pixels p = new Pixels(loader, corner(new Fill("reflect", null)).build());
    for (int x = 0; x < WIDTH; x++) {
      assertThat(p.at(0, 2, x)).isEqualTo(p.at(0, 4, x));
      assertThat(p.at(0, 0, x)).isEqualTo(p.at(0, 6, x));
    }
  }

  @Test
  void aConstantFillsUnderAScaleToo() {
    Pixels p = new Pixels(loader, corner(new Fill("constant", 77.0)).scale(List.of(1.0)).build());
    assertThat(p.at(1, 0, 0)).isEqualTo(77);
    assertThat(p.at(1, 5, WIDTH - 1)).isEqualTo(77);
    ResolvedSample twice =
        loader.resolve(
            corner(new Fill("constant", 77.0)).scale(List.of(2.0)).build(), AnnotationRequest.NONE);
    ByteBuffer row = ByteBuffer.allocate((int) twice.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    try (SampleScratch scratch = new SampleScratch()) {
      loader.readInto(twice, row, scratch, new StageTimes());
    }
    assertThat(row.get(5 * 2 * WIDTH) & 0xff).isEqualTo(77);
    assertThat(row.get(10 * 2 * WIDTH + 2 * WIDTH - 10) & 0xff).isEqualTo(77);
  }

  @Test
  void nanMakesIntegersFloats() {
    ResolvedSample sample =
        loader.resolve(corner(new Fill("nan", null)).build(), AnnotationRequest.NONE);
    assertThat(sample.dtype()).isEqualTo(DType.FLOAT32);
    ByteBuffer row = ByteBuffer.allocate((int) sample.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    try (SampleScratch scratch = new SampleScratch()) {
      loader.readInto(sample, row, scratch, new StageTimes());
    }
    assertThat(row.getFloat(0)).isNaN();
    assertThat(row.getFloat(4 * 5 * WIDTH)).isNotNaN();
  }

  @Test
  void framesOutsideTheVideoNeedAFill() {
    TargetSpec target = corner(null).timeSlice(Slice.of(-1, 3)).build();
    assertThatThrownBy(() -> loader.resolve(target, AnnotationRequest.NONE))
        .isInstanceOfSatisfying(
            LoaderException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_IMPLEMENTED));
  }

  @Test
  void framesAreRepeatedAtBothEnds() {
    Pixels all = new Pixels(loader, corner(new Fill("edge", null)).build());
    Pixels edge =
        new Pixels(loader, corner(new Fill("edge", null)).timeSlice(Slice.of(-2, 6)).build());
    assertThat(edge.sample.target().imageIds()).containsExactly(1L, 1L, 1L, 2L, 3L, 4L, 4L, 4L);
    int[] wanted = {0, 0, 0, 1, 2, 3, 3, 3};
    for (int t = 0; t < wanted.length; t++) {
      edge.hasFrame(t, all, wanted[t]);
    }
    Pixels mirrored =
        new Pixels(
            loader,
            corner(new Fill("reflect", null))
                .pad(new Pad(List.of(new Pad.Axis(2, 1), Pad.Axis.NONE, Pad.Axis.NONE), false))
                .build());
    Pixels once = new Pixels(loader, corner(new Fill("reflect", null)).build());
    int[] reflected = {2, 1, 0, 1, 2, 3, 2};
    for (int t = 0; t < reflected.length; t++) {
      mirrored.hasFrame(t, once, reflected[t]);
    }
  }

  @Test
  void aBlankFrameHasTheConstantAndNoAnnotations() {
    TargetSpec target = corner(new Fill("constant", 9.0)).timeSlice(Slice.of(-1, 2)).build();
    Pixels p = new Pixels(loader, target);
    assertThat(p.sample.shape()).containsExactly(3L, (long) HEIGHT, (long) WIDTH, 1L);
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
      assertThat(p.row.get(i)).isEqualTo((byte) 9);
    }
    assertThat(p.sample.target().imageIds()).containsExactly(-1L, 1L, 2L);
    AnnotationColumns columns = new AnnotationColumns();
    columns.reset(false, false, List.of());
    try (SampleScratch scratch = new SampleScratch()) {
      loader.annotate(p.sample, scratch, columns, new StageTimes());
    }
    for (int i = 0; i < columns.size(); i++) {
      assertThat(columns.frames().get(i)).isPositive();
    }
  }
}
