package io.ndstream.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Takes messages whose byte fields are parts of one array, which the message is copied into from
 * Netty's buffers. Read from a stream, as is usual, every field is copied twice into arrays of its
 * own.
 */
public final class Incoming<M extends MessageLite> implements MethodDescriptor.Marshaller<M> {
  private final MethodDescriptor.Marshaller<M> usual;
  private final Parser<M> parser;

  /**
   * @param usual writes messages
   */
  public Incoming(MethodDescriptor.Marshaller<M> usual, Parser<M> parser) {
    this.usual = usual;
    this.parser = parser;
  }

  @Override
  public InputStream stream(M value) {
    return usual.stream(value);
  }

  @Override
  public M parse(InputStream stream) {
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes(stream)).newCodedInput();
    in.enableAliasing(true);
    try {
      M message = parser.parseFrom(in);
      in.checkLastTagWas(0);
      return message;
    } catch (InvalidProtocolBufferException e) {
      throw Status.INTERNAL
          .withDescription("Invalid protobuf byte sequence")
          .withCause(e)
          .asRuntimeException();
    }
  }

  private static byte[] bytes(InputStream stream) {
    try {
      if (!(stream instanceof KnownLength)) {
        return stream.readAllBytes(); // compressed: the length is only known at the end
      }
      byte[] bytes = new byte[stream.available()];
      if (stream.readNBytes(bytes, 0, bytes.length) < bytes.length) {
        throw new EOFException("a message is shorter than it said");
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
