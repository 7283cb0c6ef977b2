package io.ndstream.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.ndstream.v1.AccumulateRequest;
import io.ndstream.v1.AccumulateResponse;
import io.ndstream.v1.DType;
import io.ndstream.v1.GetRunRequest;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.OutputOptions;
import io.ndstream.v1.PixelBox;
import io.ndstream.v1.Run;
import io.ndstream.v1.StitchServiceGrpc;
import io.ndstream.v1.StitchServiceGrpc.StitchServiceBlockingStub;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.Tensor;
import io.ndstream.v1.WindowAck;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Stitching as a client with bare stubs does it. */
final class StitchingCalls {
  private static final long LONGEST_SECONDS = 60;

  private final ManagedChannel channel;
  final StitchServiceBlockingStub stub;

  StitchingCalls(ManagedChannel channel) {
    this.channel = channel;
    this.stub = StitchServiceGrpc.newBlockingStub(channel);
  }

  /** A run of one band, in the space of images. */
  static OpenRunRequest.Builder request(String run) {
    return OpenRunRequest.newBuilder()
        .setRun(run)
        .setChannels(run.replaceAll("[^a-z0-9]", "_"))
        .setOutput(OutputOptions.newBuilder().setBlockSize(16));
  }

  void open(String run) {
    stub.openRun(request(run).build());
  }

  Run run(String name) {
    return stub.getRun(GetRunRequest.newBuilder().setRun(name).build()).getRun();
  }

  /** A window of ones. */
  static StitchWindow.Builder window(String id, int left, int top, int width, int height) {
    return StitchWindow.newBuilder()
        .setImageId(1)
        .setWindowId(id)
        .setBox(box(left, top, left + (long) width, top + (long) height))
        .setPixels(ones(height, width));
  }

  static PixelBox box(long left, long top, long right, long bottom) {
    return PixelBox.newBuilder()
        .setLeft(left)
        .setTop(top)
        .setRight(right)
        .setBottom(bottom)
        .build();
  }

  static Tensor ones(int... shape) {
    Tensor.Builder tensor = Tensor.newBuilder().setDtype(DType.DTYPE_UINT8);
    int count = 1;
    for (int length : shape) {
      tensor.addShape(length);
      count *= length;
    }
    byte[] data = new byte[count];
    Arrays.fill(data, (byte) 1);
    return tensor.setData(ByteString.copyFrom(data)).build();
  }

  /** Sends one message; returns what is said of its windows. */
  List<WindowAck> add(String run, List<StitchWindow> windows) throws InterruptedException {
    try (Stream stream = new Stream()) {
      return stream.add(run, windows);
    }
  }

  /** The reason a call fails with, or the word OK. */
  static String reason(Supplier<?> call) {
    try {
      Object unused = call.get(); // how it ends is what is asked for
      return "OK";
    } catch (StatusRuntimeException e) {
      return reason(e);
    }
  }

  /** The reason of the server's list, or the status if there is none. */
  static String reason(StatusRuntimeException failure) {
    try {
      var details = StatusProto.fromThrowable(failure).getDetailsList();
      return details.isEmpty()
          ? failure.getStatus().getCode().name()
          : details.get(0).unpack(ErrorInfo.class).getReason();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** One stream of windows. */
  final class Stream implements StreamObserver<AccumulateResponse>, AutoCloseable {
    private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
    private final StreamObserver<AccumulateRequest> to =
        StitchServiceGrpc.newStub(channel).accumulate(this);

    /**
     * @throws StatusRuntimeException if the stream ends instead
     */
    List<WindowAck> add(String run, List<StitchWindow> windows) throws InterruptedException {
      to.onNext(AccumulateRequest.newBuilder().setRun(run).addAllWindows(windows).build());
      Object answer = answers.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
      if (answer instanceof StatusRuntimeException failure) {
        throw failure;
      }
      if (answer instanceof AccumulateResponse response) {
        return response.getAcksList();
      }
      throw new AssertionError("no answer: " + answer);
    }

    @Override
    public void onNext(AccumulateResponse answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
      answers.add(failure);
    }

    @Override
    public void onCompleted() {
      answers.add("the end");
    }

    @Override
    public void close() {
      to.onCompleted();
    }
  }
}
