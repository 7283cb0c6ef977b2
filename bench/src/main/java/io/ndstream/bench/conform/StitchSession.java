package io.ndstream.bench.conform;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.ndstream.v1.AbortRunRequest;
import io.ndstream.v1.AccumulateRequest;
import io.ndstream.v1.AccumulateResponse;
import io.ndstream.v1.FinalizeImageRequest;
import io.ndstream.v1.FinishedRaster;
import io.ndstream.v1.FlushRequest;
import io.ndstream.v1.GetRunRequest;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.PixelBox;
import io.ndstream.v1.ReadCanvasRequest;
import io.ndstream.v1.ReadCanvasResponse;
import io.ndstream.v1.Run;
import io.ndstream.v1.StitchServiceGrpc;
import io.ndstream.v1.StitchServiceGrpc.StitchServiceBlockingStub;
import io.ndstream.v1.StitchServiceGrpc.StitchServiceStub;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.WindowAck;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The calls of one recorded run. */
final class StitchSession {
  private static final long PATIENCE_SECONDS = 120;

  private final String id;
  private final StitchServiceBlockingStub stub;
  private final StitchServiceStub streams;

  StitchSession(String id, Channel channel) {
    this.id = id;
    this.stub = StitchServiceGrpc.newBlockingStub(channel);
    this.streams = StitchServiceGrpc.newStub(channel);
  }

  String id() {
    return id;
  }

  void open(OpenRunRequest request) {
    stub.openRun(request);
  }

  Run status() {
    return stub.getRun(GetRunRequest.newBuilder().setRun(id).build()).getRun();
  }

  void flush() {
    stub.flush(FlushRequest.newBuilder().setRun(id).build());
  }

  void abort() {
    try {
      stub.abortRun(AbortRunRequest.newBuilder().setRun(id).build());
    } catch (StatusRuntimeException e) {
      StitchTolerance.same(
          "ending the run",
          StitchTolerance.reason(e),
          "UNKNOWN_RUN"); // it was refused, as it should
    }
  }

  FinishedRaster finalizeImage(long image) {
    var request =
        FinalizeImageRequest.newBuilder().setRun(id).setImageId(image).setIncomplete(true);
    return stub.finalizeImage(request.build()).getRaster();
  }

  WindowAck send(StitchWindow window) throws Exception {
    CompletableFuture<WindowAck> ack = new CompletableFuture<>();
    StreamObserver<AccumulateRequest> to =
        streams.accumulate(
            new StreamObserver<AccumulateResponse>() {
              @Override
              public void onNext(AccumulateResponse answer) {
                ack.complete(answer.getAcks(0));
              }

              @Override
              public void onError(Throwable failure) {
                ack.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {}
            });
    to.onNext(AccumulateRequest.newBuilder().setRun(id).addWindows(window).build());
    WindowAck answer = ack.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    to.onCompleted();
    return answer;
  }

  /** Averages, sums and weights of a box, or of the whole canvas if that is null. */
  ReadCanvasResponse read(long image, PixelBox box) {
    ReadCanvasRequest.Builder request =
        ReadCanvasRequest.newBuilder().setRun(id).setImageId(image).setWithSums(true);
    return stub.readCanvas(box == null ? request.build() : request.setBox(box).build());
  }
}
