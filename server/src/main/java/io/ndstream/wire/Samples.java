package io.ndstream.wire;

import io.ndstream.annot.AnnotationColumns;
import io.ndstream.annot.MaskOptions;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.sample.LoadedSample;
import io.ndstream.sample.NativePart;
import io.ndstream.sample.ResolvedSample;
import io.ndstream.sample.SampleParams;
import io.ndstream.v1.NativeFrame;
import io.ndstream.v1.Sample;
import java.util.List;

/** Samples as messages whose pixels stay in the sample's own memory. */
public final class Samples {
  private Samples() {}

  /** The fields of a sample. Its slot must stay open until the composition is sent. */
  public static Outgoing.Composer compose(LoadedSample loaded) {
    ResolvedSample sample = loaded.sample();
    Outgoing.Composer fields = new Outgoing.Composer().fields(small(loaded));
    MaskOptions masks = sample.annotationRequest().masks();
    if (masks.classMask()) {
      fields.message(Sample.CLASS_MASK_FIELD_NUMBER, labels(loaded, loaded.classMaskOffset()));
    }
    if (masks.instanceMask()) {
      fields.message(
          Sample.INSTANCE_MASK_FIELD_NUMBER, labels(loaded, loaded.instanceMaskOffset()));
    }
    for (List<NativePart> frame : sample.nativeFrames()) {
      Outgoing.Composer parts = new Outgoing.Composer();
      int channel = 0;
      for (NativePart part : frame) {
        parts.message(
            NativeFrame.PARTS_FIELD_NUMBER,
            part(loaded, part, ChannelStreams.at(sample.streams(), channel)));
        channel += part.channels().size();
      }
      fields.message(Sample.NATIVE_FRAMES_FIELD_NUMBER, parts);
    }
    if (!sample.isNativeScale()) {
      // The pixels come last: whoever reads the message finds the small fields first.
      fields.message(Sample.PIXELS_FIELD_NUMBER, pixels(loaded));
    }
    return fields;
  }

  /** The pixels alone. */
  public static Outgoing.Composer pixels(LoadedSample loaded) {
    ResolvedSample sample = loaded.sample();
    return tensor(loaded, sample.dtype(), sample.shape(), sample.axes(), 0, sample.bytes());
  }

  private static Outgoing.Composer part(LoadedSample loaded, NativePart part, int stream) {
    io.ndstream.v1.NativePart message =
        io.ndstream.v1.NativePart.newBuilder()
            .addAllChannels(part.channels())
            .setAlign(Tensors.affine(part.align()))
            .setPartFromGrid(Tensors.affine(part.partFromGrid()))
            .setPartFromCanvas(Tensors.affine(part.partFromCanvas()))
            .setStream(stream)
            .build();
    List<Long> shape =
        List.of((long) part.height(), (long) part.width(), (long) part.channels().size());
    return new Outgoing.Composer()
        .fields(message)
        .message(
            io.ndstream.v1.NativePart.PIXELS_FIELD_NUMBER,
            tensor(
                loaded, part.dtype(), shape, "HWC", Math.toIntExact(part.offset()), part.bytes()));
  }

  private static Outgoing.Composer labels(LoadedSample loaded, int offset) {
    ResolvedSample sample = loaded.sample();
    long h = sample.height();
    long w = sample.width();
    List<Long> shape = sample.isVideo() ? List.of((long) sample.frameCount(), h, w) : List.of(h, w);
    String axes = sample.isVideo() ? "THW" : "HW";
    return tensor(loaded, DType.INT32, shape, axes, offset, LoadedSample.labelBytes(sample));
  }

  private static Outgoing.Composer tensor(
      LoadedSample loaded, DType type, List<Long> shape, String axes, int offset, long bytes) {
    return Tensors.compose(
        type, shape, axes, loaded.slot().elements(offset, Math.toIntExact(bytes)));
  }

  private static Sample small(LoadedSample loaded) {
    ResolvedSample sample = loaded.sample();
    Sample.Builder message =
        Sample.newBuilder()
            .addAllChannels(sample.channels())
            .setTarget(TargetMessages.of(sample.target()))
            .setParams(params(sample.params(), annotationIndex(sample, loaded.annotations())));
    sample.streams().forEach(stream -> message.addStreams(ChannelStreams.ofSample(stream)));
    if (!sample.annotationRequest().none()) {
      message.setAnnotations(AnnotationMessages.of(loaded.annotations()));
    }
    return message.build();
  }

  /** Position of the target's own annotation, or -1. */
  private static int annotationIndex(ResolvedSample sample, AnnotationColumns columns) {
    Long wanted = sample.target().annotationId();
    for (int i = 0; wanted != null && i < columns.size(); i++) {
      if (columns.ids().get(i) == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static io.ndstream.v1.SampleParams params(SampleParams p, int annotationIndex) {
    Window w = p.window();
    io.ndstream.v1.SampleParams.Builder message =
        io.ndstream.v1.SampleParams.newBuilder()
            .setOffsetX(-w.x())
            .setOffsetY(-w.y())
            .setCanvasFromSample(Tensors.affine(p.canvasFromSample()))
            .setLeft(w.x())
            .setTop(w.y())
            .setRight(w.right())
            .setBottom(w.bottom())
            .addAllDataDims(p.dataDims())
            .addAllSpaceDims(p.spaceDims())
            .setAnnotationIndex(annotationIndex);
    if (p.pad() != null) {
      message.setPad(TargetMessages.pad(p.pad()));
    }
    if (p.requestChanspec() != null) {
      message.setRequestChanspec(p.requestChanspec());
    }
    for (Affine map : p.sampleFromCanvas()) {
      message.addSampleFromCanvas(Tensors.affine(map));
    }
    return message.build();
  }
}
