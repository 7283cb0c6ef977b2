package io.ndstream.stitch;

/**
 * How far an image is.
 *
 * @param missing windows still expected, -1: unknown
 * @param raster the result, or null
 */
public record ImageStatus(
    long image,
    int width,
    int height,
    long windows,
    long missing,
    boolean complete,
    FinishedRaster raster) {}
