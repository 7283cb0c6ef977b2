package io.ndstream.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.ndstream.pixels.Slot;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A message on its way out whose large byte fields are not part of any protobuf object: pieces of
 * small serialised fields and of pixel memory, sent one after the other. grpc-java copies each
 * piece once, into Netty's buffers; building a message would copy the pixels twice more. Owns the
 * slot until it is sent or closed.
 */
public final class Outgoing implements AutoCloseable {
  private final List<Piece> pieces;
  private final int length;
  private final Slot slot;

  private record Piece(byte[] array, int offset, int length) {}

  private Outgoing(List<Piece> pieces, Slot slot) {
    this.pieces = pieces;
    this.slot = slot;
    long sum = 0;
    for (Piece piece : pieces) {
      sum += piece.length;
    }
    this.length = Math.toIntExact(sum);
  }

  /** A whole message, for answers without pixels. */
  public static Outgoing of(MessageLite message) {
    byte[] bytes = message.toByteArray();
    return new Outgoing(List.of(new Piece(bytes, 0, bytes.length)), null);
  }

  /** Bytes on the wire, without the gRPC frame. */
  public int length() {
    return length;
  }

  @Override
  public void close() {
    if (slot != null) {
      slot.close();
    }
  }

  /**
   * Sends {@link Outgoing} where the method's descriptor has messages of another class: the bytes
   * are the same.
   */
  public static MethodDescriptor.Marshaller<Outgoing> marshaller() {
    return new MethodDescriptor.Marshaller<>() {
      @Override
      public InputStream stream(Outgoing value) {
        return new Bytes(value);
      }

      @Override
      public Outgoing parse(InputStream stream) {
        throw new IllegalStateException("Only ever sent");
      }
    };
  }

  /** Composes a message from the inside out: fields in order, pixels in place. */
  public static final class Composer {
    private final List<Piece> pieces = new ArrayList<>();
    private long length;

    /** Adds all fields of a message. */
    public Composer fields(MessageLite message) {
      byte[] bytes = message.toByteArray();
      return piece(bytes, 0, bytes.length);
    }

    /** Adds a bytes field whose content stays where it is. */
    public Composer bytes(int fieldNumber, byte[] array, int offset, int size) {
      header(fieldNumber, size);
      return piece(array, offset, size);
    }

    /** Adds another composition as a message field. */
    public Composer message(int fieldNumber, Composer inner) {
      header(fieldNumber, inner.length);
      pieces.addAll(inner.pieces);
      length += inner.length;
      return this;
    }

    /** Ends the composition; the answer owns the slot, which may be null. */
    public Outgoing build(Slot slot) {
      return new Outgoing(List.copyOf(pieces), slot);
    }

    private void header(int fieldNumber, long size) {
      int lengthDelimited = 2;
      int tag = fieldNumber << 3 | lengthDelimited;
      byte[] bytes =
          new byte
              [CodedOutputStream.computeUInt32SizeNoTag(tag)
                  + CodedOutputStream.computeUInt64SizeNoTag(size)];
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      try {
        out.writeUInt32NoTag(tag);
        out.writeUInt64NoTag(size);
        out.checkNoSpaceLeft();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      piece(bytes, 0, bytes.length);
    }

    private Composer piece(byte[] array, int offset, int size) {
      pieces.add(new Piece(array, offset, size));
      length += size;
      return this;
    }
  }

  /** What grpc-java reads from: it drains the whole into Netty's buffers in one go, then closes. */
  private static final class Bytes extends InputStream implements Drainable, KnownLength {
    private final Outgoing message;
    private int piece;
    private int position;
    private int left;

    Bytes(Outgoing message) {
      this.message = message;
      this.left = message.length;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int drained = left;
      for (; piece < message.pieces.size(); piece++, position = 0) {
        Piece p = message.pieces.get(piece);
        target.write(p.array, p.offset + position, p.length - position);
      }
      left = 0;
      return drained;
    }

    @Override
    public int available() {
      return left;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int size) {
      if (size == 0) {
        return 0;
      }
      while (piece < message.pieces.size()) {
        Piece p = message.pieces.get(piece);
        int n = Math.min(size, p.length - position);
        if (n > 0) {
          System.arraycopy(p.array, p.offset + position, into, offset, n);
          position += n;
          left -= n;
          return n;
        }
        piece++;
        position = 0;
      }
      return -1;
    }

    @Override
    public void close() {
      message.close();
    }
  }
}
