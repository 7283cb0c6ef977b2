package io.ndstream.client;

import io.ndstream.v1.DType;
import io.ndstream.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor, read in place: the bytes are those of the message, not a copy.
 *
 * @param shape length of every axis, slowest first
 * @param axes one letter an axis, such as {@code NHWC}, or empty
 * @param data row-major, little-endian, read-only; its position is 0
 */
public record NdArray(DType dtype, List<Long> shape, String axes, ByteBuffer data) {

  public static NdArray of(Tensor tensor) {
    ByteBuffer data = tensor.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    return new NdArray(
        tensor.getDtype(), List.copyOf(tensor.getShapeList()), tensor.getAxes(), data);
  }

  /** Number of elements. */
  public long size() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  /** Part {@code index} along the first axis. */
  public NdArray at(int index) {
    List<Long> rest = shape.subList(1, shape.size());
    String inner = axes.isEmpty() ? "" : axes.substring(1);
    int bytes = data.remaining() / Math.toIntExact(shape.get(0));
    ByteBuffer part = data.slice(index * bytes, bytes).order(ByteOrder.LITTLE_ENDIAN);
    return new NdArray(dtype, rest, inner, part);
  }

  /**
   * An element by its position in row-major order, whatever the type; unsigned types give numbers
   * of 0 or more.
   */
  public double doubleAt(int position) {
    return switch (dtype) {
      case DTYPE_FLOAT32 -> data.getFloat(4 * position);
      case DTYPE_FLOAT64 -> data.getDouble(8 * position);
      case DTYPE_UINT64 -> unsigned(data.getLong(8 * position));
      default -> longAt(position);
    };
  }

  /** An element of an integer type by its position in row-major order. */
  public long longAt(int position) {
    return switch (dtype) {
      case DTYPE_UINT8 -> data.get(position) & 0xFF;
      case DTYPE_INT8 -> data.get(position);
      case DTYPE_UINT16 -> data.getShort(2 * position) & 0xFFFF;
      case DTYPE_INT16 -> data.getShort(2 * position);
      case DTYPE_UINT32 -> data.getInt(4 * position) & 0xFFFF_FFFFL;
      case DTYPE_INT32 -> data.getInt(4 * position);
      case DTYPE_UINT64, DTYPE_INT64 -> data.getLong(8 * position);
      default -> throw new IllegalStateException("not an integer type: " + dtype);
    };
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? bits : (bits >>> 1) * 2.0 + (bits & 1);
  }
}
