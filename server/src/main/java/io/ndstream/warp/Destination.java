package io.ndstream.warp;

import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import java.nio.ByteBuffer;

/**
 * Where the pixels of a canvas go.
 *
 * @param into heap or direct, little-endian
 * @param layout of the canvas' pixels, its bands one after the other
 * @param dtype they are cast to: floats are cut toward zero, integers wrap around, NaN becomes 0 in
 *     an integer
 */
public record Destination(ByteBuffer into, Layout layout, DType dtype) {}
