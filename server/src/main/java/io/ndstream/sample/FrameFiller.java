package io.ndstream.sample;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import io.ndstream.raster.FrameReader;
import io.ndstream.warp.Destination;
import java.nio.ByteBuffer;

/** Carries out the reads of a resolved sample. One use. */
final class FrameFiller {
  private static final Window NOTHING = new Window(0, 0, 0, 0);

  private final FrameReader reader;
  private final ResolvedSample sample;
  private final ByteBuffer row;
  private final SampleScratch scratch;
  private final StageTimes times;

  FrameFiller(
      FrameReader reader,
      ResolvedSample sample,
      ByteBuffer row,
      SampleScratch scratch,
      StageTimes times) {
    this.reader = reader;
    this.sample = sample;
    this.row = row;
    this.scratch = scratch;
    this.times = times;
  }

  void fill() {
    if (sample.bytes() == 0) {
      return;
    }
    for (int t = 0; t < sample.frames().size(); t++) {
      FramePlan frame = sample.frames().get(t);
      if (sample.isNativeScale()) {
        fillParts(frame, t);
      } else {
        fillFrame(frame, sample.layout().frame(t));
      }
    }
  }

  private void fillFrame(FramePlan frame, Layout layout) {
    DType dtype = sample.dtype();
    int channel = 0;
    for (PartPlan part : frame.parts()) {
      Layout place = layout.shifted(frame.place().y(), frame.place().x(), channel);
      fillPart(part, new Destination(row, place, dtype));
      channel += part.channels();
    }
    if (frame.inside() != null) {
      fillBorder(frame, new Destination(row, layout, dtype));
    }
  }

  private void fillParts(FramePlan frame, int t) {
    for (int p = 0; p < frame.parts().size(); p++) {
      NativePart part = sample.nativeFrames().get(t).get(p);
      if (part.bytes() > 0) {
        int offset = Math.toIntExact(part.offset());
        Layout layout =
            Layout.hwc(offset, part.width(), part.channels().size(), part.dtype().bytes());
        fillPart(frame.parts().get(p), new Destination(row, layout, part.dtype()));
      }
    }
  }

  private void fillPart(PartPlan part, Destination to) {
    if (part.isMissing()) {
      scratch.border.constant(
          to, part.channels(), part.width(), part.height(), NOTHING, Double.NaN);
      return;
    }
    String location = part.asset().location();
    int[] bands = part.bands();
    scratch.resampler.run(
        part.plan(),
        sample.options().sampling(),
        part.decoding(),
        (level, window, into, layout) ->
            reader.read(location, level, window, bands, into, layout, times),
        to);
  }

  private void fillBorder(FramePlan frame, Destination to) {
    int channels = sample.layout().channels().size();
    FillMode mode = sample.options().fill();
    boolean extended = mode == FillMode.EDGE || mode == FillMode.REFLECT;
    if (extended && !frame.inside().isEmpty()) {
      scratch.border.extend(
          to, channels, frame.width(), frame.height(), frame.inside(), mode == FillMode.REFLECT);
    } else {
      // There is nothing to extend outside the canvas: it gets the default.
      scratch.border.constant(
          to, channels, frame.width(), frame.height(), frame.inside(), sample.layout().fillValue());
    }
  }
}
