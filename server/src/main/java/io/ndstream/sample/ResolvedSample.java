package io.ndstream.sample;

import io.ndstream.pixels.DType;
import java.util.List;

/**
 * A target that has been checked and turned into reads: everything is known of it but the pixels.
 * Immutable. Made by {@link SampleLoader#resolve}, filled by {@link SampleLoader#readInto}.
 */
public final class ResolvedSample {
  private final Space space;
  private final SampleOptions options;
  private final PixelLayout layout;
  private final List<StreamRange> streams;
  private final SampleParams params;
  private final List<FramePlan> frames;
  private final AnnotationRequest annotations;

  ResolvedSample(
      Space space,
      SampleOptions options,
      PixelLayout layout,
      List<StreamRange> streams,
      SampleParams params,
      List<FramePlan> frames,
      AnnotationRequest annotations) {
    this.space = space;
    this.options = options;
    this.layout = layout;
    this.streams = List.copyOf(streams);
    this.params = params;
    this.frames = List.copyOf(frames);
    this.annotations = annotations;
  }

  /** The target after inference. */
  public TargetSpec target() {
    return space.asked();
  }

  /**
   * Length of every axis of the pixels, in the order of {@link #axes()}; empty for native scale.
   */
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

  /**
   * Codes of the channels in order, numbered u0, u1, … where files name none; empty for native
   * scale.
   */
  public List<String> channels() {
    return layout.channels();
  }

  /** Where the streams lie that were named; empty if none were. */
  public List<StreamRange> streams() {
    return streams;
  }

  /** Size of the row that {@link SampleLoader#readInto} fills. */
  public long bytes() {
    return layout.bytes();
  }

  public boolean isNativeScale() {
    return !layout.nativeFrames().isEmpty();
  }

  /**
   * Native scale: the parts of every frame and where their bytes start in the row. Empty otherwise.
   */
  public List<List<NativePart>> nativeFrames() {
    return layout.nativeFrames();
  }

  public SampleParams params() {
    return params;
  }

  /** Whether there is a time axis. */
  public boolean isVideo() {
    return space.video();
  }

  /** 1 for an image sample. */
  public int frameCount() {
    return frames.size();
  }

  /** Rows of the label images. */
  public int height() {
    return frames.get(0).height();
  }

  /** Columns of the label images. */
  public int width() {
    return frames.get(0).width();
  }

  public AnnotationRequest annotationRequest() {
    return annotations;
  }

  Space space() {
    return space;
  }

  SampleOptions options() {
    return options;
  }

  PixelLayout layout() {
    return layout;
  }

  List<FramePlan> frames() {
    return frames;
  }
}
