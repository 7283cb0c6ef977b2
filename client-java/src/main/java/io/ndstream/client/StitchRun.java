package io.ndstream.client;

import static java.util.stream.Collectors.toSet;

import io.ndstream.v1.AbortRunRequest;
import io.ndstream.v1.AccumulateRequest;
import io.ndstream.v1.AccumulateResponse;
import io.ndstream.v1.Batch;
import io.ndstream.v1.CloseRunRequest;
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
import io.ndstream.v1.WindowAck;
import io.ndstream.v1.WindowState;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Sends predictions back to be stitched into rasters. A window counts once, whatever is sent again,
 * and what {@link #add} returned from is on the server's disk. One thread at a time.
 *
 * <p>A server that is killed or stopped is waited for, {@link ClientOptions#patience} long, and is
 * then sent again what it did not acknowledge; after that every method throws SERVER_UNREACHABLE.
 *
 * <p>A server on this machine that offers shared memory gets predictions there.
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
  private final WindowStream stream;
  private final String name;

  StitchRun(Patience patience, Calls calls, OpenRunRequest request) {
    this.patience = patience;
    this.calls = calls;
    this.stream = new WindowStream(patience.channel(), calls.deadline());
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
    List<Prediction> all = new ArrayList<>();
    for (int i = 0; i < windows; i++) {
      long image = images.longAt(i);
      if (image >= 0 && !holes.contains(i / frames)) {
        FloatBuffer values = FloatBuffer.wrap(predictions, i * numbers, numbers).slice();
        all.add(prediction(batch, i / frames, image, values, bands));
      }
    }
    check(patience.call(() -> stream.send(name, all)));
  }

  private static Prediction prediction(
      Batch batch, int row, long image, FloatBuffer values, int bands) {
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
    if (width * height * bands != values.limit()) {
      throw new IllegalArgumentException(
          values.limit() + " numbers a window (expected: " + width * height * bands + ")");
    }
    StitchWindow window =
        StitchWindow.newBuilder()
            .setImageId(image)
            .setWindowId(id(NdArray.of(batch.getSampleIds()).longAt(row), box))
            .setBox(box)
            .build();
    return new Prediction(window, List.of(height, width, (long) bands), values);
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
    AccumulateRequest request =
        AccumulateRequest.newBuilder().setRun(name).addWindows(window).build();
    check(patience.call(() -> send(request)));
  }

  private static void check(AccumulateResponse answer) {
    for (WindowAck ack : answer.getAcksList()) {
      if (ack.getState() == WindowState.WINDOW_STATE_REFUSED) {
        throw NdstreamException.of(ack.getError());
      }
    }
  }

  AccumulateResponse send(AccumulateRequest request) {
    return stream.send(request);
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
    stream.close();
    try {
      call(call);
    } catch (NdstreamException e) {
      if (!e.reason().equals("UNKNOWN_RUN")) {
        throw e;
      }
    }
  }
}
