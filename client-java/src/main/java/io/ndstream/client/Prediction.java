package io.ndstream.client;

import com.google.protobuf.UnsafeByteOperations;
import io.ndstream.v1.DType;
import io.ndstream.v1.SharedElements;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A window and its numbers, which are not in a message yet.
 *
 * @param shape (H, W, C)
 * @param values row-major, from 0 to the limit
 */
record Prediction(StitchWindow window, List<Long> shape, FloatBuffer values) {
  long bytes() {
    return (long) Float.BYTES * values.limit();
  }

  StitchWindow carrying() {
    ByteBuffer bytes = ByteBuffer.allocate((int) bytes()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values.duplicate());
    return with(tensor().setData(UnsafeByteOperations.unsafeWrap(bytes)));
  }

  StitchWindow naming(String segment, long offset) {
    SharedElements place =
        SharedElements.newBuilder()
            .setSegment(segment)
            .setOffset(offset)
            .setLength(bytes())
            .build();
    return with(tensor().setShared(place));
  }

  private Tensor.Builder tensor() {
    return Tensor.newBuilder().setDtype(DType.DTYPE_FLOAT32).addAllShape(shape).setAxes("HWC");
  }

  private StitchWindow with(Tensor.Builder pixels) {
    return window.toBuilder().setPixels(pixels).build();
  }
}
