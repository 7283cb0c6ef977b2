package io.ndstream.stitch;

import io.ndstream.pixels.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The pixels of one window as they came.
 *
 * @param channelsFirst axes CHW instead of HWC
 * @param data little-endian, from position 0; read only
 */
public record Patch(
    int height, int width, int bands, boolean channelsFirst, DType dtype, ByteBuffer data) {
  public Patch {
    data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  public long bytes() {
    return (long) height * width * bands * dtype.bytes();
  }

  /** The size of every array of this shape and type must be the number of bytes given. */
  public boolean isWhole() {
    return data.capacity() == bytes();
  }

  /** All elements in their order. */
  public double[] values() {
    double[] values = new double[height * width * bands];
    for (int i = 0; i < values.length; i++) {
      values[i] = PatchValues.value(data, dtype, i);
    }
    return values;
  }
}
