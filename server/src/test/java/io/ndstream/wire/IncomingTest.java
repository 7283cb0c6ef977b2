package io.ndstream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ndstream.v1.AccumulateRequest;
import io.ndstream.v1.StitchServiceGrpc;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.Tensor;
import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IncomingTest {
  private final Marshaller<AccumulateRequest> usual =
      StitchServiceGrpc.getAccumulateMethod().getRequestMarshaller();
  private final Marshaller<AccumulateRequest> incoming =
      new Incoming<>(usual, AccumulateRequest.parser());

  @Test
  void readsWhatTheUsualOneReads() {
    AccumulateRequest request = request(300_000);
    assertThat(incoming.parse(usual.stream(request))).isEqualTo(request);
    assertThat(usual.parse(incoming.stream(request))).isEqualTo(request);
    byte[] bytes = request.toByteArray();
    assertThat(incoming.parse(new Whole(bytes))).isEqualTo(request);
    assertThat(incoming.parse(new ByteArrayInputStream(bytes))).as("compressed").isEqualTo(request);
    assertThat(incoming.parse(new Whole(new byte[0])))
        .isEqualTo(AccumulateRequest.getDefaultInstance());
  }

  @Test
  void fieldsAreNotCopiedOutOfTheirMessage() {
    int window = 1 << 20;
    byte[] sent = request(window).toByteArray();
    var memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    incoming.parse(new Whole(sent)); // loads what it needs
    long before = memory.getCurrentThreadAllocatedBytes();
    AccumulateRequest read = incoming.parse(new Whole(sent));
    long taken = memory.getCurrentThreadAllocatedBytes() - before;
    assertThat(read.getWindowsCount()).isEqualTo(3);
    assertThat(taken).isBetween(3L * window, 3L * window + window / 2);
  }

  @Test
  void whatIsNoMessageEndsTheCallAsUsual() {
    byte[] cut = request(1000).toByteArray();
    cut = Arrays.copyOf(cut, cut.length - 10);
    for (Marshaller<AccumulateRequest> each : List.of(usual, incoming)) {
      var stream = new ByteArrayInputStream(cut);
      assertThatThrownBy(() -> each.parse(stream))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL));
    }
  }

  /** As gRPC hands over a message. */
  private static final class Whole extends ByteArrayInputStream implements KnownLength {
    Whole(byte[] bytes) {
      super(bytes);
    }
  }

  /** Three windows of so many bytes. */
  private static AccumulateRequest request(int bytes) {
    Random random = new Random(bytes);
    AccumulateRequest.Builder request = AccumulateRequest.newBuilder().setRun("r");
    for (int i = 0; i < 3; i++) {
      byte[] pixels = new byte[bytes];
      random.nextBytes(pixels);
      Tensor tensor =
          Tensor.newBuilder().addShape(bytes).setData(ByteString.copyFrom(pixels)).build();
      request.addWindows(StitchWindow.newBuilder().setWindowId("w" + i).setPixels(tensor));
    }
    return request.build();
  }
}
