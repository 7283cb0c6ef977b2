package io.ndstream.sample;

import io.ndstream.geom.Affine;
import io.ndstream.pixels.DType;
import java.util.List;

/**
 * A run of channels of one file at the resolution of that file: (height, width, channels), channels
 * last.
 *
 * @param channels codes in order
 * @param offset where its bytes start in the row of the sample
 * @param align the reference's field: diag(1/w, 1/h) S(u), with the size before missing parts
 *     shrink to one pixel
 * @param partFromGrid the reference's field: S(scale) Translate(offset); the part's own scale is
 *     not in it
 * @param partFromCanvas the true map from the canvas to this part
 */
public record NativePart(
    DType dtype,
    int height,
    int width,
    List<String> channels,
    long offset,
    Affine align,
    Affine partFromGrid,
    Affine partFromCanvas) {
  public NativePart {
    channels = List.copyOf(channels);
  }

  NativePart at(long newOffset) {
    return new NativePart(
        dtype, height, width, channels, newOffset, align, partFromGrid, partFromCanvas);
  }

  public long bytes() {
    return (long) height * width * channels.size() * dtype.bytes();
  }
}
