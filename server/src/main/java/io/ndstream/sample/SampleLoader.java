package io.ndstream.sample;

import io.ndstream.annot.AnnotationColumns;
import io.ndstream.coco.Asset;
import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.index.AnnotationIndex;
import io.ndstream.pixels.StageTimes;
import io.ndstream.raster.FrameReader;
import java.nio.ByteBuffer;

/**
 * Loads samples of one data set. First {@link #resolve}: everything about a sample is known and
 * checked, no pixel is read. Then, on a worker, {@link #readInto}, {@link #annotate} or {@link
 * #annotateAndPaint}. Safe for any number of threads.
 */
public final class SampleLoader {
  private final Dataset dataset;
  private final AnnotationIndex index;
  private final FrameReader reader;
  private final ParsedChannels channels = new ParsedChannels();

  public SampleLoader(Dataset dataset, AnnotationIndex index, FrameReader reader) {
    this.dataset = dataset;
    this.index = index;
    this.reader = reader;
  }

  public Dataset dataset() {
    return dataset;
  }

  /**
   * The target for all of an image on its own canvas.
   *
   * @param channels null for the image's own file
   * @throws LoaderException UNKNOWN_IMAGE; NO_DATA without channels if the image has no file of its
   *     own
   */
  public TargetSpec wholeImage(long imageId, String channels) {
    int row = dataset.imageRowOfId(imageId);
    if (row < 0) {
      throw LoaderException.of(Reason.UNKNOWN_IMAGE, "image", imageId);
    }
    boolean ownFile =
        dataset.images().get(row).assets().stream().anyMatch(a -> a.source() == Asset.Source.IMAGE);
    if (channels == null && !ownFile) {
      throw LoaderException.of(Reason.NO_DATA, "image", imageId);
    }
    return TargetSpec.builder().imageId(imageId).channels(channels).build();
  }

  /**
   * @throws LoaderException with all violations of the target together; MISSING_FILE,
   *     UNREADABLE_FILE and FORBIDDEN_PATH for the files it needs
   */
  public ResolvedSample resolve(TargetSpec target, AnnotationRequest annotations) {
    return new SampleResolver(dataset, reader, channels, target).resolve(annotations);
  }

  /**
   * Fills {@code sample.bytes()} bytes of the row from index 0 on, little-endian, every one of
   * them.
   *
   * @param row heap or direct; nobody else touches it until this returns
   * @param times {@code open}, {@code read} and {@code warp} are added to
   */
  public void readInto(
      ResolvedSample sample, ByteBuffer row, SampleScratch scratch, StageTimes times) {
    long start = System.nanoTime();
    long reading = times.open + times.read;
    new FrameFiller(reader, sample, row, scratch, times).fill();
    times.warp += System.nanoTime() - start - (times.open + times.read - reading);
  }

  /**
   * Appends the sample's annotations to {@code into}, as one sample of it. Nothing but the sample's
   * mark if no annotations were asked for.
   *
   * @param into reset by the caller with the parts the request names
   */
  public void annotate(
      ResolvedSample sample, SampleScratch scratch, AnnotationColumns into, StageTimes times) {
    annotateAndPaint(sample, scratch, into, null, null, times);
  }

  /**
   * As {@link #annotate}, and paints labels: int32 little-endian, ([T,] H, W), from index 0 on of
   * each.
   *
   * @param classes or null if not asked for
   * @param instances or null if not asked for
   */
  public void annotateAndPaint(
      ResolvedSample sample,
      SampleScratch scratch,
      AnnotationColumns into,
      ByteBuffer classes,
      ByteBuffer instances,
      StageTimes times) {
    long start = System.nanoTime();
    into.beginSample();
    if (!sample.annotationRequest().none()) {
      new FrameAnnotator(dataset, index, sample, scratch, classes, instances).append(into);
    }
    times.annotate += System.nanoTime() - start;
  }
}
