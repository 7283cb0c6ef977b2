package io.ndstream.sample;

import io.ndstream.pixels.DType;
import java.util.List;

/**
 * How the bytes of a sample lie.
 *
 * @param axes one letter an axis; empty for native scale
 * @param shape in the order of the axes
 * @param nativeFrames empty unless native scale
 * @param bytes of all
 */
record PixelLayout(
    String axes,
    List<Long> shape,
    DType dtype,
    List<String> channels,
    List<List<NativePart>> nativeFrames,
    long bytes) {}
