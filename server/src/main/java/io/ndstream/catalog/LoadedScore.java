package io.ndstream.catalog;

import io.ndstream.coco.Dataset;
import io.ndstream.geom.Window;
import io.ndstream.grid.ChannelScore;
import io.ndstream.pixels.StageTimes;
import io.ndstream.sample.AnnotationRequest;
import io.ndstream.sample.ResolvedSample;
import io.ndstream.sample.SampleLoader;
import io.ndstream.sample.SampleScratch;
import io.ndstream.sample.Slice;
import io.ndstream.sample.TargetSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Scores windows by samples of them, at full resolution. */
record LoadedScore(Dataset dataset, SampleLoader loader) implements ChannelScore {
  @Override
  public double of(int imageRow, Window window, String channel) {
    TargetSpec target =
        TargetSpec.builder()
            .imageId(dataset.images().get(imageRow).id())
            .channels(channel)
            .spaceSlice(
                List.of(
                    Slice.of(window.y(), window.bottom()), Slice.of(window.x(), window.right())))
            .nodata("float")
            .dtype("float64")
            .build();
    ResolvedSample sample = loader.resolve(target, AnnotationRequest.NONE);
    ByteBuffer pixels =
        ByteBuffer.allocate(Math.toIntExact(sample.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    try (SampleScratch scratch = new SampleScratch()) {
      loader.readInto(sample, pixels, scratch, new StageTimes());
    }
    return largest(pixels);
  }

  private static double largest(ByteBuffer doubles) {
    double largest = Double.NaN;
    for (int i = 0; i < doubles.capacity(); i += Double.BYTES) {
      double value = doubles.getDouble(i);
      largest = value > largest || Double.isNaN(largest) ? value : largest;
    }
    return largest;
  }
}
