package io.ndstream.app;

import io.ndstream.coco.Image;
import io.ndstream.error.LoaderException;
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

/** Reads one small window, so that ready means ready. */
final class ReadProbe {
  private static final int SIDE = 8;
  private static final int IMAGES = 16;

  private ReadProbe() {}

  /**
   * Null once a window of one of the first images was read, or if there are no images; else why the
   * first could not be.
   */
  static LoaderException of(SampleLoader loader) {
    LoaderException first = null;
    List<Image> images = loader.dataset().images();
    for (Image image : images.subList(0, Math.min(IMAGES, images.size()))) {
      try (SampleScratch scratch = new SampleScratch()) {
        read(loader, image, scratch);
        return null;
      } catch (LoaderException e) {
        first = first == null ? e : first;
      }
    }
    return first;
  }

  private static void read(SampleLoader loader, Image image, SampleScratch scratch) {
    TargetSpec target =
        TargetSpec.builder()
            .imageId(image.id())
            .spaceSlice(List.of(Slice.of(0, SIDE), Slice.of(0, SIDE)))
            .build();
    ResolvedSample sample = loader.resolve(target, AnnotationRequest.NONE);
    ByteBuffer row =
        ByteBuffer.allocate(Math.toIntExact(sample.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    loader.readInto(sample, row, scratch, new StageTimes());
  }
}
