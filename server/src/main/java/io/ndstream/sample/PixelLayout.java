package io.ndstream.sample;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import java.util.ArrayList;
import java.util.List;

/**
 * How the bytes of a sample lie.
 *
 * @param axes one letter an axis; empty for native scale
 * @param shape in the order of the axes
 * @param nativeFrames empty unless native scale
 * @param bytes of all
 * @param fillValue of cells outside the canvas, where the resampling does not decide
 */
record PixelLayout(
    String axes,
    List<Long> shape,
    DType dtype,
    List<String> channels,
    List<List<NativePart>> nativeFrames,
    long bytes,
    double fillValue) {

  /** One array of all frames, of which one at least is not blank, and those agree in size. */
  static PixelLayout of(
      List<FramePlan> frames, Space space, SampleOptions options, List<String> request) {
    FramePlan first = null;
    List<DType> types = new ArrayList<>(frames.size());
    for (FramePlan frame : frames) {
      if (!frame.isBlank()) {
        first = first == null ? frame : first;
        agree(first, frame);
        types.add(frame.dtype());
      }
    }
    DType stored = DType.common(types);
    DType holding = options.fill() == FillMode.NAN ? Assets.floated(stored) : stored;
    DType dtype = options.dtype() == null ? holding : options.dtype();
    List<String> channels = request == null ? names(first) : request;
    List<Long> shape =
        shape(frames.size(), first, channels.size(), space.video(), options.channelsFirst());
    long bytes = dtype.bytes();
    for (long length : shape) {
      bytes = Math.multiplyExact(bytes, length);
    }
    check(bytes);
    String axes = (space.video() ? "T" : "") + (options.channelsFirst() ? "CHW" : "HWC");
    return new PixelLayout(
        axes, shape, dtype, channels, List.of(), bytes, fillValue(stored, space, options));
  }

  /** The parts of all frames one after the other. */
  static PixelLayout jagged(List<FramePlan> frames) {
    long offset = 0;
    List<List<NativePart>> placed = new ArrayList<>();
    for (FramePlan frame : frames) {
      List<NativePart> parts = new ArrayList<>();
      for (NativePart part : frame.nativeParts()) {
        // Every part starts at a multiple of the largest element.
        offset =
            (offset + DType.FLOAT64.bytes() - 1) / DType.FLOAT64.bytes() * DType.FLOAT64.bytes();
        parts.add(part.at(offset));
        offset += part.bytes();
      }
      placed.add(List.copyOf(parts));
    }
    check(offset);
    return new PixelLayout("", List.of(), frames.get(0).dtype(), List.of(), placed, offset, 0);
  }

  /** Where the pixels of frame t start, and their strides. The sample is not empty. */
  Layout frame(int t) {
    int n = shape.size();
    boolean first = axes.endsWith("CHW");
    int height = Math.toIntExact(shape.get(first ? n - 2 : n - 3));
    int width = Math.toIntExact(shape.get(first ? n - 1 : n - 2));
    int frameBytes = height * width * channels.size() * dtype.bytes();
    return first
        ? Layout.chw(t * frameBytes, width, height, dtype.bytes())
        : Layout.hwc(t * frameBytes, width, channels.size(), dtype.bytes());
  }

  private static void agree(FramePlan a, FramePlan b) {
    if (a.width() == b.width() && a.height() == b.height() && a.channels() == b.channels()) {
      return;
    }
    throw LoaderException.of(
        Reason.SHAPE_MISMATCH,
        "frame",
        a.height() + " x " + a.width() + " x " + a.channels(),
        "other_frame",
        b.height() + " x " + b.width() + " x " + b.channels());
  }

  private static void check(long bytes) {
    if (bytes > Integer.MAX_VALUE - 16) {
      throw LoaderException.of(
          Reason.OVER_BUDGET, "needed_bytes", bytes, "limit_bytes", Integer.MAX_VALUE - 16);
    }
  }

  private static List<Long> shape(
      int frames, FramePlan f, int channels, boolean video, boolean channelsFirst) {
    long c = channels;
    long h = f.height();
    long w = f.width();
    if (channelsFirst) {
      return video ? List.of((long) frames, c, h, w) : List.of(c, h, w);
    }
    return video ? List.of((long) frames, h, w, c) : List.of(h, w, c);
  }

  /** Names of all parts; by position where one has none. */
  private static List<String> names(FramePlan frame) {
    List<String> names = new ArrayList<>();
    for (PartPlan part : frame.parts()) {
      names.addAll(
          part.codes() == null ? ChannelSelection.numbered(part.channels()) : part.codes());
    }
    boolean unnamed = frame.parts().stream().anyMatch(part -> part.codes() == null);
    return unnamed ? ChannelSelection.numbered(names.size()) : names;
  }

  private static double fillValue(DType stored, Space space, SampleOptions options) {
    if (options.fill() == FillMode.NAN) {
      return Double.NaN;
    }
    if (options.fill() == FillMode.CONSTANT && options.fillValue() != null) {
      return options.fillValue();
    }
    boolean blankIsNan = space.video() ? stored.isFloat() : options.nodata();
    return blankIsNan ? Double.NaN : 0;
  }
}
