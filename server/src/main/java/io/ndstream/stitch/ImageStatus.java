package io.ndstream.stitch;

/**
 * How far an image is.
 *
 * @param missing windows still expected, -1: unknown
 * @param written how much of the work is done while the raster is being written, else 0
 * @param raster the result, or null
 */
public record ImageStatus(
    long image,
    int width,
    int height,
    long windows,
    long missing,
    boolean complete,
    double written,
    FinishedRaster raster) {}
