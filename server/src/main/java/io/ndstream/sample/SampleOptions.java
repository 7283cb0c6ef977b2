package io.ndstream.sample;

import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.pixels.DType;
import io.ndstream.warp.Interpolation;
import io.ndstream.warp.Sampling;
import java.util.List;

/**
 * How pixels are made, checked.
 *
 * @param dtype to cast to, or null
 * @param nodata whether nodata becomes NaN
 * @param scale or null
 * @param realigned native parts enlarged to the largest
 * @param fill or null where nothing was asked for
 * @param fillValue of {@link FillMode#CONSTANT}, or null for the default
 * @param channelsFirst CHW rather than HWC
 */
record SampleOptions(
    DType dtype,
    boolean nodata,
    Sampling sampling,
    Scale scale,
    boolean nativeScale,
    boolean realigned,
    FillMode fill,
    Double fillValue,
    boolean channelsFirst) {
  /** Beyond these a blur kernel or a sample is larger than any memory. */
  private static final double SMALLEST_SCALE = 1e-6;

  private static final double LARGEST_SCALE = 1e6;

  static SampleOptions check(TargetSpec t, boolean video, Violations v) {
    Interpolation interpolation = interpolation(t.interpolation(), v);
    FillMode fill = fill(t.fill(), v);
    boolean antialias = t.antialias() == null || t.antialias();
    boolean stretched = fill == FillMode.EDGE || fill == FillMode.REFLECT;
    boolean nativeScale = t.useNativeScale() != null && t.useNativeScale();
    if (nativeScale && !video) {
      v.add(
          Reason.NOT_IMPLEMENTED,
          "target.use_native_scale",
          "video samples only: name the image in image_ids");
    }
    if (nativeScale && fill != null) {
      v.add(Reason.NOT_IMPLEMENTED, "target.fill", "not with native scale");
    }
    if (t.realignNative() != null && !t.realignNative().equals("largest")) {
      v.add(
          Reason.NOT_IMPLEMENTED,
          "target.realign_native",
          "value: " + t.realignNative() + " (expected: largest)");
    }
    return new SampleOptions(
        dtype(t.dtype(), v),
        nodata(t.nodata(), v),
        new Sampling(interpolation, antialias, stretched),
        scale(t.scale(), v),
        nativeScale,
        nativeScale && t.realignNative() != null,
        fill,
        t.fill() == null ? null : t.fill().value(),
        channelsFirst(t.axes(), video, v));
  }

  /** Parts keep their own resolution, type and shape. */
  boolean isJagged() {
    return nativeScale && !realigned;
  }

  boolean isNearest() {
    return sampling.interpolation() == Interpolation.NEAREST;
  }

  private static DType dtype(String name, Violations v) {
    if (name == null) {
      return null;
    }
    DType dtype = DType.ofNumpyName(name).orElse(null);
    v.check(dtype != null, Reason.BAD_DTYPE, "target.dtype", name, "a NumPy name such as float32");
    return dtype;
  }

  private static boolean nodata(String method, Violations v) {
    if (method == null) {
      return false;
    }
    if (method.equals("ma")) {
      v.add(Reason.NOT_IMPLEMENTED, "target.nodata", "masked arrays; use float");
      return false;
    }
    boolean known = List.of("float", "nan", "auto").contains(method);
    v.check(known, Reason.BAD_NODATA, "target.nodata", method, "float, nan or auto");
    return known;
  }

  private static Interpolation interpolation(String name, Violations v) {
    if (name == null) {
      return Interpolation.LINEAR;
    }
    Interpolation found = Interpolation.ofName(name).orElse(null);
    v.check(
        found != null,
        Reason.BAD_INTERPOLATION,
        "target.interpolation",
        name,
        "auto, linear, nearest, cubic, lanczos or area");
    return found;
  }

  private static Scale scale(List<Double> factors, Violations v) {
    if (factors == null) {
      return null;
    }
    boolean fine = factors.size() == 1 || factors.size() == 2;
    for (double f : factors) {
      fine &= f >= SMALLEST_SCALE && f <= LARGEST_SCALE;
    }
    v.check(fine, Reason.BAD_SCALE, "target.scale", factors, "one or two numbers from 1e-6 to 1e6");
    return fine ? new Scale(factors.get(0), factors.get(factors.size() - 1)) : null;
  }

  private static FillMode fill(Fill fill, Violations v) {
    if (fill == null) {
      return null;
    }
    if (fill.mode() == null) {
      return FillMode.CONSTANT;
    }
    FillMode mode = FillMode.ofName(fill.mode()).orElse(null);
    v.check(
        mode != null,
        Reason.BAD_PAD,
        "target.fill.mode",
        fill.mode(),
        "constant, edge, reflect or nan");
    return mode;
  }

  private static boolean channelsFirst(String axes, boolean video, Violations v) {
    String last = video ? "THWC" : "HWC";
    String first = video ? "TCHW" : "CHW";
    v.check(
        axes == null || axes.equals(last) || axes.equals(first),
        Reason.BAD_ARGUMENT,
        "target.axes",
        axes,
        last + " or " + first);
    return first.equals(axes);
  }
}
