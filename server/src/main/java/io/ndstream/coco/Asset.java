package io.ndstream.coco;

import io.ndstream.geom.Affine;
import java.util.List;

/**
 * One file of an image.
 *
 * @param source where the manifest names it
 * @param fileName as written
 * @param location what to open: an absolute path, or a virtual or remote name that the path policy
 *     allows
 * @param channelSpec {@code channels} as written, or null
 * @param channels expanded codes in band order, or null if the file names none (bands go by
 *     position)
 * @param width columns of the file, 0 if the manifest does not say
 * @param height rows of the file, 0 if the manifest does not say
 * @param numBands as written, 0 if the manifest does not say
 * @param imageFromAsset {@code warp_aux_to_img}; the identity if absent
 * @param quantization or null
 */
public record Asset(
    Source source,
    String fileName,
    String location,
    String channelSpec,
    List<String> channels,
    int width,
    int height,
    int numBands,
    Affine imageFromAsset,
    Quantization quantization) {
  public Asset {
    channels = channels == null ? null : List.copyOf(channels);
  }

  /** This asset with what to open. */
  Asset at(String newLocation) {
    return new Asset(
        source,
        fileName,
        newLocation,
        channelSpec,
        channels,
        width,
        height,
        numBands,
        imageFromAsset,
        quantization);
  }

  /** The list of the image row a file stands in. */
  public enum Source {
    IMAGE,
    AUXILIARY,
    ASSETS
  }
}
