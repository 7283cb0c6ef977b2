package io.ndstream.stitch;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.coco.Video;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Affine;

/**
 * The canvas of one image.
 *
 * @param imageFromAsset from pixels of the canvas to those of the image: inv(V) inv(S)
 * @param video row of its video, or -1
 */
record CanvasSpec(
    long image, int width, int height, Affine imageFromAsset, int video, Expected expected) {

  /**
   * @throws LoaderException UNKNOWN_IMAGE; UNRESOLVABLE_SPACE if neither manifest nor run tell the
   *     size
   */
  static CanvasSpec of(Dataset dataset, RunSpec run, long id) {
    int row = dataset.imageRowOfId(id);
    if (row < 0) {
      throw LoaderException.of(Reason.UNKNOWN_IMAGE, "run", run.name(), "image", id);
    }
    Image image = dataset.images().get(row);
    Video video = image.video() >= 0 ? dataset.videos().get(image.video()) : null;
    boolean inVideo = run.space() == StitchSpace.VIDEO && video != null;
    RunSpec.ImageSpec own = run.images().get(id);
    double sx = own != null && own.scaleX() > 0 ? own.scaleX() : run.scaleX();
    double sy = own != null && own.scaleY() > 0 ? own.scaleY() : run.scaleY();
    int width =
        own != null && own.width() > 0
            ? own.width()
            : scaled(inVideo ? video.width() : image.width(), sx, run);
    int height =
        own != null && own.height() > 0
            ? own.height()
            : scaled(inVideo ? video.height() : image.height(), sy, run);
    if (width == 0 || height == 0) {
      throw LoaderException.of(
          Reason.UNRESOLVABLE_SPACE,
          "run",
          run.name(),
          "image",
          id,
          "detail",
          "the manifest does not tell the canvas's size");
    }
    Affine space = inVideo ? image.videoFromImage().inverse() : Affine.IDENTITY;
    Affine imageFromAsset = space.after(Affine.scale(1 / sx, 1 / sy));
    return new CanvasSpec(
        id,
        width,
        height,
        imageFromAsset,
        image.video(),
        own != null ? own.expected() : run.expected());
  }

  /** The reference leaves the size as it is where only a scale is given. */
  private static int scaled(int size, double scale, RunSpec run) {
    return run.placement() == Placement.LENIENT ? size : (int) Math.ceil(size * scale - 1e-9);
  }
}
