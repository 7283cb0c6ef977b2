package io.ndstream.coco;

import io.ndstream.geom.Affine;
import java.util.List;

/**
 * A canvas fed by one or more files.
 *
 * @param name or null
 * @param width canvas in pixels, 0 if the manifest does not say
 * @param height canvas in pixels, 0 if the manifest does not say
 * @param video row of {@link Dataset#videos()}, or -1
 * @param frameIndex position in the video; meaningless without one
 * @param sensor {@code sensor_coarse}, or null
 * @param videoFromImage {@code warp_img_to_vid}; the identity if absent
 * @param assets the image's own file first, then auxiliary, then assets; may be empty
 */
public record Image(
    long id,
    String name,
    int width,
    int height,
    int video,
    long frameIndex,
    String sensor,
    Affine videoFromImage,
    List<Asset> assets) {
  public Image {
    assets = List.copyOf(assets);
  }

  /** This image with the canvas size its files have. */
  public Image withSize(int newWidth, int newHeight) {
    return new Image(
        id, name, newWidth, newHeight, video, frameIndex, sensor, videoFromImage, assets);
  }

  /** This image in a video, with other assets. */
  Image in(int newVideo, List<Asset> newAssets) {
    return new Image(
        id, name, width, height, newVideo, frameIndex, sensor, videoFromImage, newAssets);
  }
}
