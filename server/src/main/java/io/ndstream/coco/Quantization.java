package io.ndstream.coco;

/**
 * Stored integers stand for {@code (q - quantMin) * (origMax - origMin) / (quantMax - quantMin) +
 * origMin}, 0 times that factor if the quantized extent is 0; NaN where q is nodata.
 *
 * @param origDtype NumPy name of the type of the values
 * @param nodata or null
 */
public record Quantization(
    String origDtype,
    double origMin,
    double origMax,
    double quantMin,
    double quantMax,
    Double nodata) {}
