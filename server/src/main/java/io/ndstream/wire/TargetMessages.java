package io.ndstream.wire;

import io.ndstream.sample.Fill;
import io.ndstream.sample.Pad;
import io.ndstream.sample.Slice;
import io.ndstream.sample.TargetSpec;
import io.ndstream.sample.WindowDims;
import io.ndstream.v1.Ids;
import io.ndstream.v1.Slices;
import io.ndstream.v1.Target;
import java.util.List;
import java.util.function.Consumer;

/** Our targets as messages; {@link Targets} is the other way. */
public final class TargetMessages {
  private TargetMessages() {}

  public static Target of(TargetSpec t) {
    Target.Builder m = Target.newBuilder();
    put(t.imageId(), m::setImageId);
    put(t.videoId(), m::setVideoId);
    put(t.imageIds(), ids -> m.setImageIds(Ids.newBuilder().addAllIds(ids)));
    put(t.annotationId(), m::setAnnotationId);
    put(t.slices(), slices -> m.setSlices(slices(slices)));
    put(t.spaceSlice(), slices -> m.setSpaceSlice(slices(slices)));
    put(t.timeSlice(), slice -> m.setTimeSlice(slice(slice)));
    put(t.cx(), m::setCx);
    put(t.cy(), m::setCy);
    put(t.width(), m::setWidth);
    put(t.height(), m::setHeight);
    put(t.windowDims(), dims -> m.setWindowDims(dims(dims)));
    put(t.categoryId(), m::setCategoryId);
    put(t.channels(), m::setChannels);
    put(t.channelList(), m::addAllChannelList);
    put(t.streams(), m::setStreams);
    put(t.scale(), m::addAllScale);
    put(t.pad(), pad -> m.setPad(pad(pad)));
    put(t.fill(), fill -> m.setFill(fill(fill)));
    put(t.dtype(), m::setDtype);
    put(t.nodata(), m::setNodata);
    put(t.interpolation(), m::setInterpolation);
    put(t.antialias(), m::setAntialias);
    put(t.useNativeScale(), m::setUseNativeScale);
    put(t.realignNative(), m::setRealignNative);
    put(t.axes(), m::setAxes);
    return m.build();
  }

  private static <T> void put(T value, Consumer<T> set) {
    if (value != null) {
      set.accept(value);
    }
  }

  private static Slices slices(List<Slice> slices) {
    return Slices.newBuilder()
        .addAllSlices(slices.stream().map(TargetMessages::slice).toList())
        .build();
  }

  private static io.ndstream.v1.Slice slice(Slice s) {
    io.ndstream.v1.Slice.Builder m = io.ndstream.v1.Slice.newBuilder();
    put(s.start(), m::setStart);
    put(s.stop(), m::setStop);
    put(s.step(), m::setStep);
    return m.build();
  }

  private static io.ndstream.v1.WindowDims dims(WindowDims d) {
    io.ndstream.v1.WindowDims.Builder m =
        io.ndstream.v1.WindowDims.newBuilder().addAllDims(d.dims());
    put(d.word(), m::setWord);
    return m.build();
  }

  static io.ndstream.v1.Pad pad(Pad p) {
    io.ndstream.v1.Pad.Builder m = io.ndstream.v1.Pad.newBuilder().setUniform(p.uniform());
    p.axes().forEach(a -> m.addAxesBuilder().setBefore(a.before()).setAfter(a.after()));
    return m.build();
  }

  private static io.ndstream.v1.Fill fill(Fill f) {
    io.ndstream.v1.Fill.Builder m = io.ndstream.v1.Fill.newBuilder();
    put(f.mode(), m::setMode);
    put(f.value(), m::setValue);
    return m.build();
  }
}
