package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.ndstream.v1.AccumulateRequest;
import io.ndstream.v1.AccumulateResponse;
import io.ndstream.v1.DType;
import io.ndstream.v1.FinalizeImageRequest;
import io.ndstream.v1.ImageProgress;
import io.ndstream.v1.ListRunImagesRequest;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.PixelBox;
import io.ndstream.v1.ReadCanvasRequest;
import io.ndstream.v1.StitchServiceGrpc;
import io.ndstream.v1.StitchServiceGrpc.StitchServiceBlockingStub;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.Tensor;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A raster that takes seconds: how far it is can be asked, and a cancelled call ends it. */
class FinalizeRpcTest {
  private static final int SIDE = 30_000;
  private static final String RUN = "long";
  private static final PixelBox BOX =
      PixelBox.newBuilder().setLeft(20_000).setTop(64).setRight(20_001).setBottom(65).build();

  @TempDir private Path directory;
  private RunningServer server;
  private ManagedChannel channel;
  private StitchServiceBlockingStub stub;

  @BeforeEach
  void start() throws Exception {
    String image =
        String.format(
            "{\"id\": 1, \"name\": \"im\", \"file_name\": \"im.png\", \"width\": %d, \"height\": %<d}",
            SIDE);
    Path manifest =
        Files.writeString(
            directory.resolve("data.kwcoco.json"),
            "{\"images\": [" + image + "], \"annotations\": []}");
    server = new RunningServer(directory, 1, 8 << 20, manifest);
    channel = server.connect();
    stub = StitchServiceGrpc.newBlockingStub(channel);
    stub.openRun(OpenRunRequest.newBuilder().setRun(RUN).setChannels("a").build());
    addOnePixel();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow();
    server.close();
  }

  private void addOnePixel() {
    CompletableFuture<AccumulateResponse> answer = new CompletableFuture<>();
    StreamObserver<AccumulateRequest> to =
        StitchServiceGrpc.newStub(channel)
            .accumulate(
                new StreamObserver<>() {
                  @Override
                  public void onNext(AccumulateResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    Tensor pixel =
        Tensor.newBuilder()
            .setDtype(DType.DTYPE_UINT8)
            .addShape(1)
            .addShape(1)
            .setData(ByteString.copyFrom(new byte[] {1}))
            .build();
    StitchWindow window =
        StitchWindow.newBuilder().setImageId(1).setBox(BOX).setPixels(pixel).build();
    to.onNext(AccumulateRequest.newBuilder().setRun(RUN).addWindows(window).build());
    answer.join();
    to.onCompleted();
  }

  private ImageProgress image() {
    return stub.listRunImages(ListRunImagesRequest.newBuilder().setRun(RUN).build()).getImages(0);
  }

  @Test
  void aCancelledCallLeavesTheCanvasAndNothingElse() throws Exception {
    var call =
        StitchServiceGrpc.newFutureStub(channel)
            .finalizeImage(FinalizeImageRequest.newBuilder().setRun(RUN).setImageId(1).build());
    while (image().getWritten() == 0) {
      assertThat(call).isNotDone();
      Thread.sleep(10);
    }
    call.cancel(true);
    while (image().getWritten() > 0) {
      Thread.sleep(10);
    }
    assertThat(image().getFinalized()).isFalse();
    try (Stream<Path> files = Files.list(directory.resolve("_assets/pred"))) {
      assertThat(files).isEmpty();
    }
    ReadCanvasRequest read =
        ReadCanvasRequest.newBuilder().setRun(RUN).setImageId(1).setBox(BOX).build();
    ByteString average = stub.readCanvas(read).getAverage().getData();
    assertThat(average.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getFloat())
        .isEqualTo(1);
  }
}
