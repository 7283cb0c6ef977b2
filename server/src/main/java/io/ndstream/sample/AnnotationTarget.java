package io.ndstream.sample;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;

/** What a target leaves out and its annotation knows. */
final class AnnotationTarget {
  private AnnotationTarget() {}

  /**
   * The target with image, centre, extent and category filled in where they are missing. An unknown
   * annotation changes nothing. In a video sample the box is mapped to video space.
   */
  static TargetSpec inferred(Dataset dataset, TargetSpec target, boolean video) {
    int row =
        target.annotationId() == null ? -1 : dataset.annotations().rowOfId(target.annotationId());
    if (row < 0) {
      return target;
    }
    Annotations all = dataset.annotations();
    Image image = dataset.images().get(all.image(row));
    TargetSpec.Builder known = TargetSpec.builder().imageId(image.id());
    if (all.hasCategory(row)) {
      known.categoryId(all.categoryId(row));
    }
    if (all.hasBox(row)) {
      Box box = Box.ofXywh(all.x(row), all.y(row), all.width(row), all.height(row));
      Affine map = video ? image.videoFromImage() : Affine.IDENTITY;
      boolean moved = !map.equals(Affine.IDENTITY);
      Box mapped = moved ? map.bounds(box) : box;
      double width = moved ? mapped.width() : all.width(row);
      double height = moved ? mapped.height() : all.height(row);
      known.cx(mapped.left() + width / 2).cy(mapped.top() + height / 2).width(width).height(height);
    }
    return known.build().with(target);
  }
}
