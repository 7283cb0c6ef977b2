package io.ndstream.bench.conform;

import io.ndstream.v1.DType;
import io.ndstream.v1.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A numeric array in row-major order, from a NumPy file or from an answer of the server.
 *
 * @param dtype NumPy's name, such as {@code uint8} or {@code float32}
 * @param data little-endian, from position 0
 */
public record NdArray(String dtype, List<Long> shape, ByteBuffer data) {
  private static final Map<String, String> BY_CODE =
      Map.ofEntries(
          Map.entry("u1", "uint8"),
          Map.entry("b1", "uint8"),
          Map.entry("i1", "int8"),
          Map.entry("u2", "uint16"),
          Map.entry("i2", "int16"),
          Map.entry("u4", "uint32"),
          Map.entry("i4", "int32"),
          Map.entry("u8", "uint64"),
          Map.entry("i8", "int64"),
          Map.entry("f4", "float32"),
          Map.entry("f8", "float64"));
  private static final Pattern HEADER =
      Pattern.compile(
          "'descr':\\s*'([<>|=])(\\w+)'.*'fortran_order':\\s*(True|False).*'shape':\\s*\\(([^)]*)\\)",
          Pattern.DOTALL);

  public NdArray {
    shape = List.copyOf(shape);
    data = data.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads a {@code .npy} file: versions 1 to 3, numbers and booleans, little-endian, C order. */
  public static NdArray readNpy(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int headerSize = bytes.get(6) == 1 ? bytes.getShort(8) & 0xffff : bytes.getInt(8);
    int headerAt = bytes.get(6) == 1 ? 10 : 12;
    String text = new String(bytes.array(), headerAt, headerSize, StandardCharsets.UTF_8);
    Matcher header = HEADER.matcher(text);
    String dtype = header.find() ? BY_CODE.get(header.group(2)) : null;
    if (dtype == null || header.group(1).equals(">") || header.group(3).equals("True")) {
      throw new IOException("unsupported array in " + file + ": " + text.strip());
    }
    List<Long> shape = new ArrayList<>();
    for (String length : header.group(4).split(",")) {
      if (!length.isBlank()) {
        shape.add(Long.valueOf(length.strip()));
      }
    }
    int dataAt = headerAt + headerSize;
    return new NdArray(dtype, shape, bytes.slice(dataAt, bytes.capacity() - dataAt));
  }

  public static NdArray of(Tensor tensor) {
    String dtype =
        tensor.getDtype() == DType.DTYPE_UNSPECIFIED
            ? ""
            : tensor.getDtype().name().substring("DTYPE_".length()).toLowerCase(Locale.ROOT);
    return new NdArray(dtype, tensor.getShapeList(), tensor.getData().asReadOnlyByteBuffer());
  }

  /** Number of elements. */
  public int size() {
    return (int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  /** Element {@code i} in row-major order. 64-bit integers beyond 2^53 lose their last digits. */
  public double get(int i) {
    return switch (dtype) {
      case "uint8" -> data.get(i) & 0xff;
      case "int8" -> data.get(i);
      case "uint16" -> data.getShort(2 * i) & 0xffff;
      case "int16" -> data.getShort(2 * i);
      case "uint32" -> data.getInt(4 * i) & 0xffffffffL;
      case "int32" -> data.getInt(4 * i);
      case "uint64", "int64" -> data.getLong(8 * i);
      case "float32" -> data.getFloat(4 * i);
      case "float64" -> data.getDouble(8 * i);
      default -> throw new IllegalStateException("no such dtype: " + dtype);
    };
  }

  public double[] toDoubles() {
    double[] values = new double[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = get(i);
    }
    return values;
  }

  public long[] toLongs() {
    long[] values = new long[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = dtype.endsWith("int64") ? data.getLong(8 * i) : (long) get(i);
    }
    return values;
  }
}
