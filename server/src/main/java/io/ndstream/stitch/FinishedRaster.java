package io.ndstream.stitch;

import io.ndstream.coco.Quantization;
import io.ndstream.geom.Affine;
import io.ndstream.pixels.DType;

/**
 * The raster of a finalized image.
 *
 * @param fileName relative to the bundle
 * @param list key of the image row that its entry goes to
 * @param entry for the manifest, as JSON
 * @param edit the same as an edit of the manifest
 * @param encoding null if not quantized
 * @param total sum of all averages that are numbers
 */
public record FinishedRaster(
    String fileName,
    int width,
    int height,
    DType dtype,
    Affine imageFromAsset,
    Quantization encoding,
    String list,
    String entry,
    String edit,
    double total) {}
