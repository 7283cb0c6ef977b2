package io.ndstream.annot;

import static io.ndstream.error.Checks.require;
import static io.ndstream.error.Reason.BAD_ARGUMENT;

/**
 * What to return of the annotations that meet a window. Boxes are always part of it.
 *
 * @param segmentation polygons too
 * @param keypoints keypoints too
 * @param visibleThresh keep annotations whose visible share is above this; at 0 or below all that
 *     touch the window
 * @param clip cut boxes and polygons to the window
 * @param masks label images to paint; {@link MaskOptions#NONE} for none
 */
public record AnnotationOptions(
    boolean segmentation,
    boolean keypoints,
    double visibleThresh,
    boolean clip,
    MaskOptions masks) {
  /** Everything there is, as it is. */
  public static final AnnotationOptions ALL =
      new AnnotationOptions(true, true, 0, false, MaskOptions.NONE);

  public AnnotationOptions {
    require(
        !Double.isNaN(visibleThresh), BAD_ARGUMENT, "visible_thresh", visibleThresh, "a number");
  }
}
