package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.ndstream.Oracle;
import io.ndstream.v1.Ids;
import io.ndstream.v1.LoadImageRequest;
import io.ndstream.v1.LoadSampleRequest;
import io.ndstream.v1.LoadSamplesRequest;
import io.ndstream.v1.LoadSamplesResponse;
import io.ndstream.v1.Sample;
import io.ndstream.v1.SampleServiceGrpc;
import io.ndstream.v1.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Single samples over a real connection: what they hold, in which order they come, and that nothing
 * is kept.
 */
class SampleRpcTest {
  private static final int REQUESTS = 200;
  private static final int UNKNOWN_EVERY = 7;

  @TempDir Path directory;
  private RunningServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() {
    server = new RunningServer(directory, 2, 4 << 20, Oracle.manifest("vidshapes2"));
    channel = server.connect();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow();
    Eventually.assertHolds("no bytes of samples kept", () -> server.budget.used() == 0);
    Eventually.assertHolds("no handles lent", () -> server.handles.lentHandles() == 0);
    server.close();
  }

  private static LoadSampleRequest frame(long image) {
    return LoadSampleRequest.newBuilder()
        .setTarget(
            Target.newBuilder().setImageIds(Ids.newBuilder().addIds(image)).setChannels("r|g"))
        .build();
  }

  @Test
  void aSampleHasPixelsChannelsAndTransforms() {
    Sample sample = SampleServiceGrpc.newBlockingStub(channel).loadSample(frame(3)).getSample();
    assertThat(sample.getPixels().getShapeList()).containsExactly(1L, 48L, 64L, 2L);
    assertThat(sample.getPixels().getAxes()).isEqualTo("THWC");
    assertThat(sample.getPixels().getData().size()).isEqualTo(48 * 64 * 2);
    assertThat(sample.getChannelsList()).containsExactly("r", "g");
    assertThat(sample.getParams().getSampleFromCanvasCount()).isEqualTo(1);
    assertThat(sample.getAnnotations().getIds().getShape(0)).isPositive();
  }

  @Test
  void aWholeImageHasTheChannelsOfItsFile() {
    var image =
        SampleServiceGrpc.newBlockingStub(channel)
            .loadImage(LoadImageRequest.newBuilder().setImageId(1).build());
    assertThat(image.getPixels().getShapeList()).containsExactly(48L, 64L, 3L);
    assertThat(image.getChannelsList()).containsExactly("r", "g", "b");
  }

  @Test
  void allMistakesOfATargetComeTogether() {
    Target target =
        Target.newBuilder()
            .setImageId(1)
            .addScale(-1)
            .setDtype("uint9")
            .setInterpolation("bicubic")
            .setNodata("zero")
            .build();
    LoadSampleRequest request = LoadSampleRequest.newBuilder().setTarget(target).build();
    assertThatThrownBy(() -> SampleServiceGrpc.newBlockingStub(channel).loadSample(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
              assertThat(e.getMessage())
                  .contains(
                      "target.scale", "target.dtype", "target.interpolation", "target.nodata");
            });
  }

  @Test
  void answersOfAPipelineComeInOrderAndAnErrorIsAnAnswer() throws InterruptedException {
    Collected answers = new Collected();
    StreamObserver<LoadSamplesRequest> requests =
        SampleServiceGrpc.newStub(channel).loadSamples(answers);
    for (int i = 0; i < REQUESTS; i++) {
      long image = i % UNKNOWN_EVERY == 0 ? 999 : 1 + i % 8;
      requests.onNext(
          LoadSamplesRequest.newBuilder().setRequestId(i).setLoad(frame(image)).build());
    }
    requests.onCompleted();
    assertThat(answers.ended.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(answers.failure).isNull();
    assertThat(answers.received).hasSize(REQUESTS);
    for (int i = 0; i < REQUESTS; i++) {
      LoadSamplesResponse answer = answers.received.get(i);
      assertThat(answer.getRequestId()).isEqualTo(i);
      if (i % UNKNOWN_EVERY == 0) {
        assertThat(answer.getError().getReason()).isEqualTo("UNKNOWN_IMAGE");
      } else {
        assertThat(answer.getSample().getTarget().getImageIds().getIds(0)).isEqualTo(1 + i % 8);
      }
    }
  }

  @Test
  void aClientThatLeavesLeavesNothingBehind() throws InterruptedException {
    Collected answers = new Collected();
    StreamObserver<LoadSamplesRequest> requests =
        SampleServiceGrpc.newStub(channel).loadSamples(answers);
    for (int i = 0; i < REQUESTS; i++) {
      requests.onNext(LoadSamplesRequest.newBuilder().setRequestId(i).setLoad(frame(1)).build());
    }
    requests.onError(new IllegalStateException("the client goes"));
    assertThat(answers.ended.await(60, TimeUnit.SECONDS)).isTrue();
  }

  private static final class Collected implements StreamObserver<LoadSamplesResponse> {
    private final List<LoadSamplesResponse> received = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Throwable failure;

    @Override
    public void onNext(LoadSamplesResponse answer) {
      received.add(answer);
    }

    @Override
    public void onError(Throwable why) {
      failure = why;
      ended.countDown();
    }

    @Override
    public void onCompleted() {
      ended.countDown();
    }
  }
}
