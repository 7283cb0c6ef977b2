package io.ndstream.sample;

import io.ndstream.pixels.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A recorded array: little-endian, C order, header version 1. */
record Npy(DType dtype, List<Long> shape, ByteBuffer data) {
  private static final Pattern HEADER =
      Pattern.compile("'descr': '[<|](\\w\\d)'.*'shape': \\(([^)]*)\\)");
  private static final Map<String, DType> CODES =
      Map.of(
          "u1",
          DType.UINT8,
          "u2",
          DType.UINT16,
          "i2",
          DType.INT16,
          "u4",
          DType.UINT32,
          "i4",
          DType.INT32,
          "i8",
          DType.INT64,
          "f4",
          DType.FLOAT32,
          "f8",
          DType.FLOAT64,
          "i1",
          DType.INT8);

  static Npy read(Path file) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int start = 10 + bytes.getShort(8);
      Matcher header =
          HEADER.matcher(new String(bytes.array(), 10, start - 10, StandardCharsets.US_ASCII));
      if (!header.find()) {
        throw new IllegalArgumentException("no npy header: " + file);
      }
      List<Long> shape = new ArrayList<>();
      for (String n : header.group(2).split(",")) {
        if (!n.isBlank()) {
          shape.add(Long.valueOf(n.strip()));
        }
      }
      ByteBuffer data = bytes.slice(start, bytes.capacity() - start).order(ByteOrder.LITTLE_ENDIAN);
      return new Npy(CODES.get(header.group(1)), shape, data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int size() {
    return (int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  double at(int i) {
    return at(dtype, data, i * dtype.bytes());
  }

  static double at(DType type, ByteBuffer data, int offset) {
    return switch (type) {
      case UINT8 -> data.get(offset) & 0xff;
      case INT8 -> data.get(offset);
      case UINT16 -> data.getShort(offset) & 0xffff;
      case INT16 -> data.getShort(offset);
      case UINT32 -> data.getInt(offset) & 0xffffffffL;
      case INT32 -> data.getInt(offset);
      case UINT64, INT64 -> data.getLong(offset);
      case FLOAT32 -> data.getFloat(offset);
      case FLOAT64 -> data.getDouble(offset);
    };
  }
}
