package io.ndstream.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.stitch.Arrival;
import io.ndstream.stitch.Outcome;
import io.ndstream.stitch.StitchRun;
import io.ndstream.v1.AccumulateRequest;
import io.ndstream.v1.AccumulateResponse;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.WindowAck;
import io.ndstream.wire.StitchMessages;
import io.ndstream.wire.StitchRequests;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream of windows. One message is under way at a time: its windows are added together, synced
 * to the disk and answered, then the next is asked for. While it waits for the disk, other streams
 * of the run add theirs, and one sync serves all.
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
      List<Outcome> outcomes = add(run, request.getWindowsList());
      for (int i = 0; i < outcomes.size(); i++) {
        answer.addAcks(ack(run, request.getWindows(i), outcomes.get(i), complete));
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

  /** One outcome a window, in their order. */
  private List<Outcome> add(StitchRun run, List<StitchWindow> windows) {
    List<Arrival> readable = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    for (StitchWindow window : windows) {
      try {
        readable.add(arrival(window));
        outcomes.add(null);
      } catch (LoaderException e) {
        outcomes.add(Outcome.refused(e));
      }
    }
    Iterator<Outcome> added = run.add(readable).iterator();
    outcomes.replaceAll(outcome -> outcome == null ? added.next() : outcome);
    return outcomes;
  }

  private Arrival arrival(StitchWindow window) {
    return new Arrival(
        StitchRequests.window(window, memory::at),
        window.hasIsReady() ? window.getIsReady() : null);
  }

  private static WindowAck ack(
      StitchRun run, StitchWindow window, Outcome outcome, List<Long> complete) {
    if (outcome.refusal() != null) {
      return StitchMessages.refused(
          run.spec().name(), window, Statuses.sampleError(outcome.refusal()));
    }
    if (outcome.receipt().complete() && !outcome.receipt().duplicate()) {
      complete.add(window.getImageId());
    }
    return StitchMessages.accepted(window.getImageId(), outcome.receipt());
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
