package io.ndstream.sample;

import io.ndstream.annot.AnnotationColumns;
import io.ndstream.annot.MaskOptions;
import io.ndstream.pixels.Slot;
import io.ndstream.pixels.StageTimes;
import java.util.List;

/**
 * A sample in one block of memory: the pixels, then the labels asked for. Whoever holds it closes
 * the slot.
 *
 * @param annotations the sample's own, and no others
 */
public record LoadedSample(ResolvedSample sample, Slot slot, AnnotationColumns annotations) {

  /** Bytes of pixels and labels together. */
  public static long bytes(ResolvedSample sample) {
    MaskOptions masks = sample.annotationRequest().masks();
    return labelsAt(sample)
        + (masks.classMask() ? labelBytes(sample) : 0)
        + (masks.instanceMask() ? labelBytes(sample) : 0);
  }

  /**
   * @param slot of at least {@link #bytes}; stays the caller's if this throws
   */
  public static LoadedSample load(
      SampleLoader loader,
      ResolvedSample sample,
      Slot slot,
      SampleScratch scratch,
      StageTimes times) {
    AnnotationRequest asked = sample.annotationRequest();
    AnnotationColumns columns = new AnnotationColumns();
    columns.reset(asked.wantsSegmentations(), asked.wantsKeypoints(), List.of());
    LoadedSample loaded = new LoadedSample(sample, slot, columns);
    loader.readInto(sample, slot.part(0, Math.toIntExact(sample.bytes())), scratch, times);
    int bytes = Math.toIntExact(labelBytes(sample));
    loader.annotateAndPaint(
        sample,
        scratch,
        columns,
        asked.masks().classMask() ? slot.part(loaded.classMaskOffset(), bytes) : null,
        asked.masks().instanceMask() ? slot.part(loaded.instanceMaskOffset(), bytes) : null,
        times);
    return loaded;
  }

  public int classMaskOffset() {
    return Math.toIntExact(labelsAt(sample));
  }

  public int instanceMaskOffset() {
    boolean second = sample.annotationRequest().masks().classMask();
    return Math.toIntExact(labelsAt(sample) + (second ? labelBytes(sample) : 0));
  }

  /** Of each kind of label. */
  public static long labelBytes(ResolvedSample sample) {
    return (long) Integer.BYTES * sample.frameCount() * sample.height() * sample.width();
  }

  private static long labelsAt(ResolvedSample sample) {
    return (sample.bytes() + Integer.BYTES - 1) / Integer.BYTES * Integer.BYTES;
  }
}
