package io.ndstream.bench.stream;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A stream that sends messages of zeros and does nothing else: what gRPC itself can do on this
 * machine. The request is the text {@code BYTES COUNT}; each of the COUNT answers is BYTES zeros,
 * sent from one array.
 */
final class BareStream implements BindableService {
  private static final String SERVICE = "ndstream.bench.BareStream";
  private static final MethodDescriptor<byte[], byte[]> STREAM =
      MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
          .setType(MethodType.SERVER_STREAMING)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Stream"))
          .build();

  @Override
  public ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder(SERVICE)
        .addMethod(STREAM, ServerCalls.asyncServerStreamingCall(BareStream::stream))
        .build();
  }

  private static void stream(byte[] request, StreamObserver<byte[]> answers) {
    String[] words = new String(request, StandardCharsets.US_ASCII).split(" ");
    byte[] zeros = new byte[Integer.parseInt(words[0])];
    ServerCallStreamObserver<byte[]> call = (ServerCallStreamObserver<byte[]>) answers;
    call.setOnReadyHandler(new Sender(call, zeros, Integer.parseInt(words[1])));
  }

  /**
   * Sends while the client can take more; called one at a time, as gRPC promises of the handlers of
   * a call.
   */
  private static final class Sender implements Runnable {
    private final ServerCallStreamObserver<byte[]> call;
    private final byte[] zeros;
    private int left;

    Sender(ServerCallStreamObserver<byte[]> call, byte[] zeros, int count) {
      this.call = call;
      this.zeros = zeros;
      this.left = count;
    }

    @Override
    public void run() {
      while (left > 0 && call.isReady()) {
        call.onNext(zeros);
        if (--left == 0) {
          call.onCompleted();
        }
      }
    }
  }

  private static final class Bytes implements Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
