package io.ndstream.batch;

import io.ndstream.annot.MaskOptions;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.DType;
import io.ndstream.plan.Plan;
import io.ndstream.sample.ResolvedSample;
import io.ndstream.sample.SampleLoader;
import io.ndstream.sample.StreamRange;
import java.util.List;

/**
 * What all samples of a batch that is not ragged have in common.
 *
 * @param axes of one sample, such as HWC
 * @param shape of one sample, in the order of the axes
 * @param streams where the streams lie that were named; their frames are those of one sample
 * @param classMask whether rows have a class mask, likewise instance mask
 */
public record Form(
    String axes,
    List<Long> shape,
    DType dtype,
    List<String> channels,
    List<StreamRange> streams,
    boolean classMask,
    boolean instanceMask) {
  /**
   * The form of a plan that is not ragged, found on its first sample; if holes are allowed, on the
   * first that can be read.
   *
   * @throws LoaderException of the first sample
   */
  public static Form of(Plan plan, SampleLoader loader) {
    LoaderException first = null;
    for (int i = 0; i < plan.windows().size(); i++) {
      try {
        return of(loader.resolve(plan.target(i), plan.spec().annotations()));
      } catch (LoaderException e) {
        if (!plan.spec().holes() || !RowTask.isUnreadable(e)) {
          throw e;
        }
        first = first == null ? e : first;
      }
    }
    throw first;
  }

  private static Form of(ResolvedSample sample) {
    MaskOptions masks = sample.annotationRequest().masks();
    return new Form(
        sample.axes(),
        sample.shape(),
        sample.dtype(),
        sample.channels(),
        sample.streams(),
        masks.classMask(),
        masks.instanceMask());
  }

  /**
   * @throws LoaderException SHAPE_MISMATCH if the sample is of another shape, type or number of
   *     channels
   */
  void refuseOther(ResolvedSample sample) {
    if (!sample.shape().equals(shape) || sample.dtype() != dtype) {
      throw LoaderException.of(
          Reason.SHAPE_MISMATCH,
          "shape",
          sample.shape(),
          "dtype",
          sample.dtype().numpyName(),
          "channels",
          String.join("|", sample.channels()),
          "expected_shape",
          shape,
          "expected_dtype",
          dtype.numpyName(),
          "expected_channels",
          String.join("|", channels),
          "image_id",
          sample.target().imageId());
    }
  }

  /** Bytes of the pixels of one sample. */
  public long pixelBytes() {
    return shape.stream().mapToLong(Long::longValue).reduce(dtype.bytes(), Math::multiplyExact);
  }

  /** Cells of one mask: the shape without channels. */
  public long maskCells() {
    long cells = 1;
    for (int i = 0; i < axes.length(); i++) {
      cells *= axes.charAt(i) == 'C' ? 1 : shape.get(i);
    }
    return cells;
  }

  /** Bytes of one sample with its masks. */
  public long rowBytes() {
    return pixelBytes()
        + maskCells() * Integer.BYTES * ((classMask ? 1 : 0) + (instanceMask ? 1 : 0));
  }
}
