package io.ndstream.wire;

import io.ndstream.annot.MaskOptions;
import io.ndstream.sample.AnnotationRequest;
import io.ndstream.sample.Fill;
import io.ndstream.sample.Pad;
import io.ndstream.sample.Slice;
import io.ndstream.sample.TargetSpec;
import io.ndstream.sample.WindowDims;
import io.ndstream.v1.AnnotationOptions;
import io.ndstream.v1.Target;
import java.util.List;

/**
 * Targets and annotation options, from messages to ours and back. Nothing is checked here: that is
 * the loader's.
 */
public final class Targets {
  private Targets() {}

  public static TargetSpec spec(Target t) {
    return TargetSpec.builder()
        .imageId(t.hasImageId() ? t.getImageId() : null)
        .videoId(t.hasVideoId() ? t.getVideoId() : null)
        .imageIds(t.hasImageIds() ? t.getImageIds().getIdsList() : null)
        .annotationId(t.hasAnnotationId() ? t.getAnnotationId() : null)
        .slices(t.hasSlices() ? slices(t.getSlices().getSlicesList()) : null)
        .spaceSlice(t.hasSpaceSlice() ? slices(t.getSpaceSlice().getSlicesList()) : null)
        .timeSlice(t.hasTimeSlice() ? slice(t.getTimeSlice()) : null)
        .cx(t.hasCx() ? t.getCx() : null)
        .cy(t.hasCy() ? t.getCy() : null)
        .width(t.hasWidth() ? t.getWidth() : null)
        .height(t.hasHeight() ? t.getHeight() : null)
        .windowDims(t.hasWindowDims() ? dims(t.getWindowDims()) : null)
        .categoryId(t.hasCategoryId() ? t.getCategoryId() : null)
        .channels(t.hasChannels() ? t.getChannels() : null)
        .channelList(t.getChannelListCount() > 0 ? t.getChannelListList() : null)
        .streams(t.hasStreams() ? t.getStreams() : null)
        .scale(t.getScaleCount() > 0 ? t.getScaleList() : null)
        .pad(t.hasPad() ? pad(t.getPad()) : null)
        .fill(t.hasFill() ? fill(t.getFill()) : null)
        .dtype(t.hasDtype() ? t.getDtype() : null)
        .nodata(t.hasNodata() ? t.getNodata() : null)
        .interpolation(t.hasInterpolation() ? t.getInterpolation() : null)
        .antialias(t.hasAntialias() ? t.getAntialias() : null)
        .useNativeScale(t.getUseNativeScale() ? Boolean.TRUE : null)
        .realignNative(t.hasRealignNative() ? t.getRealignNative() : null)
        .axes(t.getAxes().isEmpty() ? null : t.getAxes())
        .build();
  }

  public static AnnotationRequest request(AnnotationOptions o) {
    return new AnnotationRequest(
        o.getNone(),
        o.getPartsList(),
        o.getVisibleThresh(),
        o.hasAnnotationIds() ? o.getAnnotationIds().getIdsList() : null,
        o.getClip(),
        masks(o.getMasks()));
  }

  private static MaskOptions masks(io.ndstream.v1.MaskOptions m) {
    return new MaskOptions(
        m.getClassMask(),
        m.getInstanceMask(),
        m.hasBackground() ? m.getBackground() : MaskOptions.DEFAULT_BACKGROUND,
        m.hasIgnore() ? m.getIgnore() : MaskOptions.DEFAULT_IGNORE,
        m.getIgnoreCategoryIdsList(),
        m.getPriorityCategoryIdsList());
  }

  private static List<Slice> slices(List<io.ndstream.v1.Slice> slices) {
    return slices.stream().map(Targets::slice).toList();
  }

  private static Slice slice(io.ndstream.v1.Slice s) {
    return new Slice(
        s.hasStart() ? s.getStart() : null,
        s.hasStop() ? s.getStop() : null,
        s.hasStep() ? s.getStep() : null);
  }

  private static WindowDims dims(io.ndstream.v1.WindowDims d) {
    return new WindowDims(d.getDimsList(), d.getWord().isEmpty() ? null : d.getWord());
  }

  private static Pad pad(io.ndstream.v1.Pad p) {
    return new Pad(
        p.getAxesList().stream().map(a -> new Pad.Axis(a.getBefore(), a.getAfter())).toList(),
        p.getUniform());
  }

  private static Fill fill(io.ndstream.v1.Fill f) {
    return new Fill(f.getMode().isEmpty() ? null : f.getMode(), f.hasValue() ? f.getValue() : null);
  }
}
