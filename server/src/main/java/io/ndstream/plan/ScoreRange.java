package io.ndstream.plan;

import io.ndstream.coco.Dataset;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.geom.Window;
import io.ndstream.grid.WindowFilter;
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

/**
 * Which windows a channel scores so: the largest of its values lies in a range. Windows without data have no score.
 *
 * @param channel code of one channel
 * @param min included
 * @param max included
 */
public record ScoreRange(String channel, double min, double max) {
  void check(Violations v, String field) {
    v.check(!channel.isEmpty(), Reason.BAD_CHANNELS, field + ".channel", channel, "the code of a channel");
    v.check(min <= max, Reason.BAD_ARGUMENT, field + ".max", max, "not below min, " + min);
  }

  /** The filter reads pixels for every window; it is thread-safe. */
  WindowFilter over(Dataset dataset, SampleLoader loader) {
    return (image, window) -> {
      double score = score(dataset.images().get(image).id(), window, loader);
      return score >= min && score <= max;
    };
  }

  private double score(long image, Window window, SampleLoader loader) {
    TargetSpec target =
        TargetSpec.builder()
            .imageId(image)
            .channels(channel)
            .spaceSlice(List.of(Slice.of(window.y(), window.bottom()), Slice.of(window.x(), window.right())))
            .nodata("float")
            .dtype("float64")
            .build();
    ResolvedSample sample = loader.resolve(target, AnnotationRequest.NONE);
    ByteBuffer pixels = ByteBuffer.allocate(Math.toIntExact(sample.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    try (SampleScratch scratch = new SampleScratch()) {
      loader.readInto(sample, pixels, scratch, new StageTimes());
    }
    double largest = Double.NaN;
    for (int i = 0; i < pixels.capacity(); i += Double.BYTES) {
      double value = pixels.getDouble(i);
      largest = value > largest || Double.isNaN(largest) ? value : largest;
    }
    return largest;
  }
}
