package io.ndstream.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.ndstream.index.AnnotationIndex;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.StageTimes;
import io.ndstream.raster.RasterSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A worker that reads and warps one window after another makes next to no garbage, however large
 * the windows are.
 */
class SteadyStateTest {
  private static final OpenSamples OPEN = new OpenSamples();
  private static final int WARM = 200;
  private static final int COUNTED = 100;

  /** Some small records; not one row of values of the source would fit. */
  private static final long LARGEST_GARBAGE = 1000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path dir;

  @AfterAll
  static void close() {
    OPEN.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"UINT8", "INT16", "FLOAT32"})
  void warpedWindowsLeaveNextToNoGarbage(DType type) throws IOException {
    RasterSpec spec = RasterSpec.of(RasterSpec.Format.GTIFF, 1400, 300, 1, type);
    String warp = "{\"scale\": [0.93, 1.04], \"offset\": [3.3, -2.1]}";
    Path manifest =
        MadeDataset.write(
            dir.resolve(type.name()), spec, (x, y) -> (7 * x + 3 * y) % 200, warp, 1400, 300);
    SampleLoader open = OPEN.open(manifest);
    CountingReader reader = new CountingReader(OPEN.reader());
    SampleLoader loader =
        new SampleLoader(open.dataset(), AnnotationIndex.build(open.dataset()), reader);
    for (double scale : new double[] {1, 0.5, 0.125, 2}) {
      for (int width : new int[] {1000, 1200}) {
        assertThat(garbage(loader, reader, width, scale))
            .as("%s, %d columns, scale %s", type, width, scale)
            .isLessThan(LARGEST_GARBAGE);
      }
    }
  }

  /** Bytes allocated a sample outside the reader, once the scratch memory has its size. */
  private long garbage(SampleLoader loader, CountingReader reader, int width, double scale) {
    StageTimes times = new StageTimes();
    long garbage = 0;
    try (SampleScratch scratch = new SampleScratch()) {
      for (int i = 0; i < WARM + COUNTED; i++) {
        ResolvedSample sample =
            loader.resolve(target(10 + i % 100, 20 + i % 90, width, scale), AnnotationRequest.NONE);
        ByteBuffer row = ByteBuffer.allocate((int) sample.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        long ofReader = reader.allocated();
        long before = threads.getCurrentThreadAllocatedBytes();
        loader.readInto(sample, row, scratch, times);
        long ofBoth = threads.getCurrentThreadAllocatedBytes() - before;
        garbage += i < WARM ? 0 : ofBoth - (reader.allocated() - ofReader);
      }
    }
    return garbage / COUNTED;
  }

  private static TargetSpec target(int x, int y, int width, double scale) {
    List<Slice> window = List.of(Slice.of(y, y + 8), Slice.of(x, x + width));
    return TargetSpec.builder()
        .imageIds(List.of(1L))
        .spaceSlice(window)
        .scale(List.of(scale))
        .build();
  }
}
