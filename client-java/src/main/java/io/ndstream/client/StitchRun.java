package io.ndstream.client;

import static java.util.stream.Collectors.toSet;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.ndstream.v1.AbortRunRequest;
import io.ndstream.v1.AccumulateRequest;
import io.ndstream.v1.AccumulateResponse;
import io.ndstream.v1.Batch;
import io.ndstream.v1.CloseRunRequest;
import io.ndstream.v1.DType;
import io.ndstream.v1.FinalizeImageRequest;
import io.ndstream.v1.FinishedRaster;
import io.ndstream.v1.FlushRequest;
import io.ndstream.v1.GetRunRequest;
import io.ndstream.v1.Hole;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.PixelBox;
import io.ndstream.v1.ReadCanvasRequest;
import io.ndstream.v1.Run;
import io.ndstream.v1.StitchServiceGrpc;
import io.ndstream.v1.StitchServiceGrpc.StitchServiceBlockingStub;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.Tensor;
import io.ndstream.v1.WindowAck;
import io.ndstream.v1.WindowState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Sends predictions back to be stitched into rasters. A window counts once, whatever is sent again,
 * and what {@link #add} returned from is on the server's disk. One thread at a time.
 *
 * <p>A server that is killed or stopped is waited for, {@link ClientOptions#patience} long, and is
 * then sent again what it did not acknowledge; after that every method throws SERVER_UNREACHABLE.
 *
 * <pre>{@code
 * StitchRun run = client.stitch(OpenRunRequest.newBuilder().setRun("epoch-7").setChannels("salient").build());
 * while (batches.hasNext()) {
 *   Batch batch = batches.next();
 *   run.add(batch, model.predict(batch), 1);
 * }
 * run.finish();
 * }</pre>
 */
public final class StitchRun {
  private final Patience patience;
  private final Calls calls;
  private final String name;

  StitchRun(Patience patience, Calls calls, OpenRunRequest request) {
    this.patience = patience;
    this.calls = calls;
    this.name = request.getRun();
    call(s -> s.openRun(request));
  }

  /** All these calls may be made twice. */
  private <T> T call(Function<StitchServiceBlockingStub, T> call) {
    StitchServiceBlockingStub stub = StitchServiceGrpc.newBlockingStub(patience.channel());
    return patience.call(() -> calls.unary(stub, call));
  }

  /**
   * Adds predictions for the windows of a batch; none of rows that could not be read.
   *
   * @param predictions (N, H, W, bands), of video samples (N, T, H, W, bands), row-major; H and W
   *     are those of the windows
   */
  public void add(Batch batch, float[] predictions, int bands) {
    NdArray images =
        NdArray.of(batch.hasFrameImageIds() ? batch.getFrameImageIds() : batch.getImageIds());
    int windows = Math.toIntExact(images.size());
    int frames = windows / Math.toIntExact(images.shape().get(0));
    int numbers = predictions.length / windows;
    if (numbers * windows != predictions.length) {
      throw new IllegalArgumentException(
          predictions.length + " numbers (expected: a multiple of " + windows + ")");
    }
    Set<Integer> holes = batch.getHolesList().stream().map(Hole::getRow).collect(toSet());
    AccumulateRequest.Builder request = AccumulateRequest.newBuilder().setRun(name);
    for (int i = 0; i < windows; i++) {
      long image = images.longAt(i);
      if (image >= 0 && !holes.contains(i / frames)) {
        float[] window = Arrays.copyOfRange(predictions, i * numbers, (i + 1) * numbers);
        request.addWindows(window(batch, i / frames, image, window, bands));
      }
    }
    add(request.build());
  }

  private static StitchWindow window(Batch batch, int row, long image, float[] values, int bands) {
    NdArray windows = NdArray.of(batch.getWindows()).at(row);
    PixelBox box =
        PixelBox.newBuilder()
            .setLeft(windows.longAt(0))
            .setTop(windows.longAt(1))
            .setRight(windows.longAt(2))
            .setBottom(windows.longAt(3))
            .build();
    long width = box.getRight() - box.getLeft();
    long height = box.getBottom() - box.getTop();
    if (width * height * bands != values.length) {
      throw new IllegalArgumentException(
          values.length + " numbers a window (expected: " + width * height * bands + ")");
    }
    return StitchWindow.newBuilder()
        .setImageId(image)
        .setWindowId(id(NdArray.of(batch.getSampleIds()).longAt(row), box))
        .setBox(box)
        .setPixels(tensor(values, height, width, bands))
        .build();
  }

  /**
   * Two plans count their samples alike; the same windows in batches of another size count once.
   */
  private static String id(long sample, PixelBox box) {
    return String.format(
        "s%d@%d,%d,%d,%d", sample, box.getLeft(), box.getTop(), box.getRight(), box.getBottom());
  }

  /** Adds one window, whatever its form. */
  public void add(StitchWindow window) {
    add(AccumulateRequest.newBuilder().setRun(name).addWindows(window).build());
  }

  private static Tensor tensor(float[] values, long height, long width, long bands) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return Tensor.newBuilder()
        .setDtype(DType.DTYPE_FLOAT32)
        .addShape(height)
        .addShape(width)
        .addShape(bands)
        .setAxes("HWC")
        .setData(ByteString.copyFrom(bytes))
        .build();
  }

  private void add(AccumulateRequest request) {
    for (WindowAck ack : patience.call(() -> send(request)).getAcksList()) {
      if (ack.getState() == WindowState.WINDOW_STATE_REFUSED) {
        throw NdstreamException.of(ack.getError());
      }
    }
  }

  AccumulateResponse send(AccumulateRequest request) {
    CompletableFuture<AccumulateResponse> answer = new CompletableFuture<>();
    StreamObserver<AccumulateRequest> to =
        StitchServiceGrpc.newStub(patience.channel())
            .withDeadlineAfter(calls.deadline().toNanos(), TimeUnit.NANOSECONDS)
            .accumulate(new Answer(answer));
    to.onNext(request);
    try {
      AccumulateResponse received = answer.join();
      to.onCompleted();
      return received;
    } catch (CompletionException e) {
      if (e.getCause() instanceof StatusRuntimeException status) {
        throw NdstreamException.of(status);
      }
      throw e;
    }
  }

  private record Answer(CompletableFuture<AccumulateResponse> future)
      implements StreamObserver<AccumulateResponse> {
    @Override
    public void onNext(AccumulateResponse answer) {
      future.complete(answer);
    }

    @Override
    public void onError(Throwable failure) {
      future.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      future.completeExceptionally(new IllegalStateException("the stream ended without an answer"));
    }
  }

  /** The present averages (H, W, C) of a whole canvas; NaN where no window fell yet. */
  public NdArray read(long imageId) {
    ReadCanvasRequest request =
        ReadCanvasRequest.newBuilder().setRun(name).setImageId(imageId).build();
    return NdArray.of(call(s -> s.readCanvas(request)).getAverage());
  }

  /** How far the run is. */
  public Run status() {
    GetRunRequest request = GetRunRequest.newBuilder().setRun(name).build();
    return call(s -> s.getRun(request)).getRun();
  }

  /** Writes the raster of an image; the second time returns what the first wrote. */
  public FinishedRaster finalizeImage(long imageId) {
    FinalizeImageRequest request =
        FinalizeImageRequest.newBuilder()
            .setRun(name)
            .setImageId(imageId)
            .setIncomplete(true)
            .build();
    return call(s -> s.finalizeImage(request)).getRaster();
  }

  /**
   * Finalizes the images that are complete and merges what is finalized into the manifest; returns
   * the manifest, or nothing if there is nothing in it yet.
   */
  public String flush() {
    return flush(false);
  }

  private String flush(boolean all) {
    FlushRequest request = FlushRequest.newBuilder().setRun(name).setFinalizeAll(all).build();
    return call(s -> s.flush(request)).getManifest();
  }

  /**
   * Finalizes all images, merges their rasters into the manifest, ends the run; returns the
   * manifest.
   */
  public String finish() {
    String manifest = flush(true);
    CloseRunRequest request =
        CloseRunRequest.newBuilder().setRun(name).setFinalizeAll(true).build();
    end(s -> s.closeRun(request));
    return manifest;
  }

  /** Ends the run and forgets what is not written yet. */
  public void abort() {
    AbortRunRequest request = AbortRunRequest.newBuilder().setRun(name).build();
    end(s -> s.abortRun(request));
  }

  /** A run that is gone has ended: the answer that said so was lost. */
  private <T> void end(Function<StitchServiceBlockingStub, T> call) {
    try {
      call(call);
    } catch (NdstreamException e) {
      if (!e.reason().equals("UNKNOWN_RUN")) {
        throw e;
      }
    }
  }
}
