package io.ndstream.sample;

import io.ndstream.annot.MaskOptions;
import java.util.List;

/**
 * What to return of the annotations that meet the window.
 *
 * @param parts any of {@code boxes}, {@code segmentation}, {@code keypoints}, as the caller wrote
 *     them; empty is all. Boxes always come
 * @param visibleThresh keep annotations whose visible share is above this; 0 keeps also those that
 *     only touch the window
 * @param ids exactly these annotations, in this order, instead of a look-up; null to look up
 * @param clip cut boxes and polygons to the window
 * @param masks labels to paint; {@link MaskOptions#NONE} for none
 */
public record AnnotationRequest(
    boolean none,
    List<String> parts,
    double visibleThresh,
    List<Long> ids,
    boolean clip,
    MaskOptions masks) {
  /** All parts of everything that meets the window. */
  public static final AnnotationRequest ALL =
      new AnnotationRequest(false, List.of(), 0, null, false, MaskOptions.NONE);

  /** No annotations, no labels. */
  public static final AnnotationRequest NONE =
      new AnnotationRequest(true, List.of(), 0, null, false, MaskOptions.NONE);

  public AnnotationRequest {
    parts = List.copyOf(parts);
    ids = ids == null ? null : List.copyOf(ids);
  }

  /** Whether polygon columns are part of the answer. */
  public boolean wantsSegmentations() {
    return !none && (parts.isEmpty() || parts.contains("segmentation"));
  }

  /** Whether keypoint columns are part of the answer. */
  public boolean wantsKeypoints() {
    return !none && (parts.isEmpty() || parts.contains("keypoints"));
  }
}
