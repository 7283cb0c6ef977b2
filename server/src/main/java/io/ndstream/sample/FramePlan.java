package io.ndstream.sample;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import java.util.List;

/**
 * The reads of one frame.
 *
 * @param image row of {@code Dataset.images()}; {@link Space#BLANK} for padding in time
 * @param parts in the order of the channels; empty for padding in time
 * @param nativeParts one a part if every part keeps its own shape, else empty; their offsets are
 *     not yet known
 * @param width columns of the sample, with native scale those of its grid
 * @param height rows
 * @param place where the parts' canvas lies in the frame
 * @param inside the pixels that lie on the image's or video's canvas; what is round them is filled
 *     by request. Null if nothing is
 * @param sampleFromCanvas the frame's map
 * @param sampleFromImage the same from image space, for annotations
 */
record FramePlan(
    int image,
    List<PartPlan> parts,
    List<NativePart> nativeParts,
    int width,
    int height,
    Window place,
    Window inside,
    Affine sampleFromCanvas,
    Affine sampleFromImage) {

  /** A frame outside the video, shaped like another. */
  static FramePlan blank(FramePlan like) {
    return new FramePlan(
        Space.BLANK,
        List.of(),
        List.of(),
        like.width,
        like.height,
        new Window(0, 0, 0, 0),
        new Window(0, 0, 0, 0),
        like.sampleFromCanvas,
        like.sampleFromImage);
  }

  boolean isBlank() {
    return image == Space.BLANK;
  }

  int channels() {
    int channels = 0;
    for (PartPlan part : parts) {
      channels += part.channels();
    }
    return channels;
  }

  /** The type all parts convert to; null for padding in time. */
  DType dtype() {
    return DType.common(parts.stream().map(PartPlan::dtype).toList());
  }
}
