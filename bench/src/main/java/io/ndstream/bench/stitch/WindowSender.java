package io.ndstream.bench.stitch;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import io.ndstream.geom.Window;
import io.ndstream.v1.AccumulateRequest;
import io.ndstream.v1.AccumulateResponse;
import io.ndstream.v1.DType;
import io.ndstream.v1.PixelBox;
import io.ndstream.v1.StitchServiceGrpc;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.Tensor;
import io.ndstream.v1.WindowState;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Sends messages of float32 windows to a run, a few of them at a time without an answer. */
final class WindowSender implements AutoCloseable {
  private final String run;
  private final int unanswered;
  private final BlockingQueue<Object> answers;
  private final StreamObserver<AccumulateRequest> to;
  private int waiting;

  /**
   * @param unanswered messages on the way, at most
   */
  WindowSender(Channel channel, String run, int unanswered) {
    this.run = run;
    this.unanswered = unanswered;
    this.answers = new ArrayBlockingQueue<>(unanswered + 1);
    this.to = StitchServiceGrpc.newStub(channel).accumulate(new Answers(answers));
  }

  private record Answers(BlockingQueue<Object> into) implements StreamObserver<AccumulateResponse> {
    @Override
    public void onNext(AccumulateResponse answer) {
      into.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
      into.add(failure);
    }

    @Override
    public void onCompleted() {
      // Nothing waits for it.
    }
  }

  /** Returns when it may be followed by another. */
  void send(List<StitchWindow> windows) throws InterruptedException {
    to.onNext(AccumulateRequest.newBuilder().setRun(run).addAllWindows(windows).build());
    waiting++;
    await(unanswered - 1);
  }

  /** Waits until all windows are on the server's disk. */
  @Override
  public void close() throws InterruptedException {
    await(0);
    to.onCompleted();
  }

  private void await(int left) throws InterruptedException {
    for (; waiting > left; waiting--) {
      Object answer = answers.take();
      boolean accepted =
          answer instanceof AccumulateResponse response
              && response.getAcksList().stream()
                  .allMatch(ack -> ack.getState() == WindowState.WINDOW_STATE_ACCEPTED);
      if (!accepted) {
        throw new IllegalStateException("refused: " + answer);
      }
    }
  }

  /** A window of image 1. */
  static StitchWindow window(String id, Window box, int bands, ByteString pixels) {
    Tensor tensor =
        Tensor.newBuilder()
            .setDtype(DType.DTYPE_FLOAT32)
            .addShape(box.height())
            .addShape(box.width())
            .addShape(bands)
            .setData(pixels)
            .build();
    return StitchWindow.newBuilder()
        .setImageId(1)
        .setWindowId(id)
        .setBox(box(box))
        .setPixels(tensor)
        .build();
  }

  static PixelBox box(Window box) {
    return PixelBox.newBuilder()
        .setLeft(box.x())
        .setTop(box.y())
        .setRight(box.right())
        .setBottom(box.bottom())
        .build();
  }
}
