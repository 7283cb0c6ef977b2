package io.ndstream.warp;

/**
 * How pixels are made under a map.
 *
 * @param antialias blur before shrinking; of no meaning with nearest
 * @param stretched let border pixels go on a little, so that what lies just inside the border is
 *     whole; else zeros (integers) or NaN (floats) beyond the border take part
 */
public record Sampling(Interpolation interpolation, boolean antialias, boolean stretched) {}
