package io.ndstream.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.stitch.Receipt;
import io.ndstream.stitch.StitchRun;
import io.ndstream.v1.AccumulateRequest;
import io.ndstream.v1.AccumulateResponse;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.WindowAck;
import io.ndstream.wire.StitchMessages;
import io.ndstream.wire.StitchRequests;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream of windows. One message is under way at a time: it is added, synced to the disk and
 * answered, then the next is asked for. While it waits for the disk, other streams of the run add
 * theirs, and one sync serves all.
 */
final class Accumulation implements StreamObserver<AccumulateRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(Accumulation.class);

  private final ServerCallStreamObserver<AccumulateResponse> call;
  private final StitchRuns runs;
  private final WindowMemory memory;
  private final Runnable end;
  private boolean ended;

  /** The run of the first message. */
  private String name;

  /**
   * @param memory the stream's own from here
   * @param end called once
   */
  Accumulation(
      ServerCallStreamObserver<AccumulateResponse> call,
      StitchRuns runs,
      WindowMemory memory,
      Runnable end) {
    this.call = call;
    this.runs = runs;
    this.memory = memory;
    this.end = end;
    call.disableAutoRequest();
    call.setOnCancelHandler(this::end);
    call.request(1);
  }

  @Override
  public void onNext(AccumulateRequest request) {
    if (ended) {
      return;
    }
    try {
      StitchRun run = run(request.getRun());
      AccumulateResponse.Builder answer = AccumulateResponse.newBuilder();
      List<Long> complete = new ArrayList<>();
      memory.take(request.getWindowsList());
      for (StitchWindow window : request.getWindowsList()) {
        answer.addAcks(add(run, window, complete));
      }
      run.commit();
      if (request.getSegmentBytes() != 0) {
        memory.make(request.getSegmentBytes()).ifPresent(answer::setSegment);
      }
      call.onNext(answer.build());
      call.request(1);
      finish(run, complete);
    } catch (RuntimeException | Error e) {
      end();
      call.onError(Statuses.of(e));
    }
  }

  private StitchRun run(String asked) {
    if (name != null && !name.equals(asked)) {
      throw LoaderException.of(Reason.WRONG_RUN, "run", asked, "stream_of", name);
    }
    name = asked;
    return runs.find(asked).run();
  }

  private WindowAck add(StitchRun run, StitchWindow window, List<Long> complete) {
    try {
      Receipt receipt =
          run.add(
              StitchRequests.window(window, memory::at),
              window.hasIsReady() ? window.getIsReady() : null);
      if (receipt.complete() && !receipt.duplicate()) {
        complete.add(window.getImageId());
      }
      return StitchMessages.accepted(window.getImageId(), receipt);
    } catch (LoaderException e) {
      return StitchMessages.refused(run.spec().name(), window, Statuses.sampleError(e));
    }
  }

  private static void finish(StitchRun run, List<Long> complete) {
    if (!run.spec().autoFinalize()) {
      return;
    }
    for (long image : complete) {
      try {
        run.finalizeImage(image, false);
      } catch (LoaderException e) {
        // The canvas is kept: whoever asks for the raster is told why there is none.
        LOG.warn(
            "Image {} of run {} could not be finalized: {}",
            image,
            run.spec().name(),
            e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw LoaderException.of(Reason.DRAINING);
      }
    }
  }

  @Override
  public void onError(Throwable gone) {
    end();
  }

  @Override
  public void onCompleted() {
    if (!ended) {
      end();
      call.onCompleted();
    }
  }

  private synchronized void end() {
    if (!ended) {
      ended = true;
      memory.close();
      end.run();
    }
  }
}
