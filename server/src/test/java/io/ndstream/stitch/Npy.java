package io.ndstream.stitch;

import com.fasterxml.jackson.databind.JsonNode;
import io.ndstream.Oracle;
import io.ndstream.pixels.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** An array of a recorded case: {@code {"npy": path, "dtype": ..., "shape": [...]}}. */
record Npy(DType dtype, int[] shape, ByteBuffer data) {
  static Npy of(JsonNode node) {
    try {
      ByteBuffer file =
          ByteBuffer.wrap(Files.readAllBytes(Oracle.path("stitch/" + node.get("npy").asText())))
              .order(ByteOrder.LITTLE_ENDIAN);
      int start = 10 + file.getShort(8);
      int[] shape =
          StreamSupport.stream(node.get("shape").spliterator(), false)
              .mapToInt(JsonNode::asInt)
              .toArray();
      ByteBuffer data = file.slice(start, file.capacity() - start).order(ByteOrder.LITTLE_ENDIAN);
      return new Npy(DType.ofNumpyName(node.get("dtype").asText()).orElseThrow(), shape, data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int size() {
    return IntStream.of(shape).reduce(1, (a, b) -> a * b);
  }

  double[] values() {
    return IntStream.range(0, size()).mapToDouble(i -> PatchValues.value(data, dtype, i)).toArray();
  }

  Patch patch() {
    return new Patch(shape[0], shape[1], shape.length < 3 ? 1 : shape[2], false, dtype, data);
  }

  StitchWindow.Weights weights() {
    ByteBuffer floats = ByteBuffer.allocate(4 * size()).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values()) {
      floats.putFloat((float) value);
    }
    return new StitchWindow.Weights(shape[0], shape[1], floats.flip().asFloatBuffer());
  }
}
