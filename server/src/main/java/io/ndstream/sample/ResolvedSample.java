package io.ndstream.sample;

import io.ndstream.pixels.DType;
import java.util.List;
import java.util.function.Supplier;

/**
 * A target that has been checked and turned into reads: everything is known of it but the pixels. Immutable. Made by
 * {@link SampleLoader#resolve}, filled by {@link SampleLoader#readInto}.
 */
public final class ResolvedSample {
  private final Supplier<TargetSpec> target;
  private final PixelLayout layout;
  private final SampleParams params;
  private final List<FramePlan> frames;
  private final AnnotationRequest annotations;

  ResolvedSample(
      Supplier<TargetSpec> target,
      PixelLayout layout,
      SampleParams params,
      List<FramePlan> frames,
      AnnotationRequest annotations) {
    this.target = target;
    this.layout = layout;
    this.params = params;
    this.frames = List.copyOf(frames);
    this.annotations = annotations;
  }

  /** The target after inference. Made at every call: most samples of a batch are never asked for it. */
  public TargetSpec target() {
    return target.get();
  }

  /** Length of every axis of the pixels, in the order of {@link #axes()}; empty for native scale. */
  public List<Long> shape() {
    return layout.shape();
  }

  /** One letter an axis of T, H, W, C; empty for native scale. */
  public String axes() {
    return layout.axes();
  }

  /** Of all pixels; of no meaning for native scale. */
  public DType dtype() {
    return layout.dtype();
  }

  /** Codes of the channels in order, numbered u0, u1, … where files name none; empty for native scale. */
  public List<String> channels() {
    return layout.channels();
  }

  /** Size of the row that {@link SampleLoader#readInto} fills. */
  public long bytes() {
    return layout.bytes();
  }

  public boolean isNativeScale() {
    return !layout.nativeFrames().isEmpty();
  }

  /** Native scale: the parts of every frame, their bytes one after the other in the row. Empty otherwise. */
  public List<List<NativePart>> nativeFrames() {
    return layout.nativeFrames();
  }

  public SampleParams params() {
    return params;
  }

  /** Rows of {@code Dataset.images()}, one a frame. */
  public int frameCount() {
    return frames.size();
  }

  public AnnotationRequest annotationRequest() {
    return annotations;
  }

  List<FramePlan> frames() {
    return frames;
  }
}
