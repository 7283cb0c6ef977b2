package io.ndstream.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Elements;
import io.ndstream.v1.Affine;
import io.ndstream.v1.SharedElements;
import io.ndstream.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;

/** Arrays as messages. */
public final class Tensors {
  private Tensors() {}

  public static io.ndstream.v1.DType dtype(DType type) {
    return io.ndstream.v1.DType.forNumber(type.ordinal() + 1);
  }

  /** All but the bytes. */
  public static Tensor head(DType type, List<Long> shape, String axes) {
    return Tensor.newBuilder().setDtype(dtype(type)).addAllShape(shape).setAxes(axes).build();
  }

  /** An array whose elements stay where they are. */
  static Outgoing.Composer compose(DType type, List<Long> shape, String axes, Elements elements) {
    Outgoing.Composer tensor = new Outgoing.Composer().fields(head(type, shape, axes));
    if (elements instanceof Elements.InSegment named) {
      SharedElements where =
          SharedElements.newBuilder()
              .setSegment(named.segment())
              .setOffset(named.offset())
              .setLength(named.length())
              .build();
      return tensor.message(Tensor.SHARED_FIELD_NUMBER, new Outgoing.Composer().fields(where));
    }
    Elements.OnHeap own = (Elements.OnHeap) elements;
    return tensor.bytes(Tensor.DATA_FIELD_NUMBER, own.array(), own.offset(), own.length());
  }

  /**
   * @param write puts all elements into a little-endian buffer of just their size
   */
  public static Tensor of(DType type, List<Long> shape, Consumer<ByteBuffer> write) {
    long elements = shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    byte[] bytes = new byte[Math.toIntExact(elements * type.bytes())];
    write.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    return head(type, shape, "").toBuilder()
        .setData(UnsafeByteOperations.unsafeWrap(bytes))
        .build();
  }

  public static Tensor longs(long[] values) {
    return of(DType.INT64, List.of((long) values.length), into -> into.asLongBuffer().put(values));
  }

  /** Pixels that a message shares with {@code bytes}: nobody may write to them any more. */
  public static Tensor sharing(DType type, List<Long> shape, String axes, ByteBuffer bytes) {
    ByteString data = UnsafeByteOperations.unsafeWrap(bytes);
    return head(type, shape, axes).toBuilder().setData(data).build();
  }

  public static Affine affine(io.ndstream.geom.Affine a) {
    return Affine.newBuilder()
        .setA11(a.a11())
        .setA12(a.a12())
        .setTx(a.tx())
        .setA21(a.a21())
        .setA22(a.a22())
        .setTy(a.ty())
        .build();
  }
}
