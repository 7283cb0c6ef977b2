package io.ndstream.client;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.ndstream.v1.AccumulateRequest;
import io.ndstream.v1.AccumulateResponse;
import io.ndstream.v1.StitchServiceGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A stream of windows, one message after the other; opened anew after every failure. Where the
 * server offers shared memory, predictions are written there: the first message asks for it and
 * carries its windows itself, as do all for which there is none. One thread at a time.
 */
final class WindowStream implements AutoCloseable {
  private static final long SMALLEST_SEGMENT = 1 << 20;

  private final Channel channel;
  private final Duration deadline;
  private Conversation conversation;
  private SegmentWriter segment;

  /** Bytes that the segment was to have. */
  private long asked;

  private boolean mayShare = true;

  /**
   * @param deadline for each answer
   */
  WindowStream(Channel channel, Duration deadline) {
    this.channel = channel;
    this.deadline = deadline;
  }

  /** Sends predictions and returns what the server says to them. */
  AccumulateResponse send(String run, List<Prediction> windows) {
    long bytes = windows.stream().mapToLong(Prediction::bytes).sum();
    AccumulateRequest.Builder request = AccumulateRequest.newBuilder().setRun(run);
    if (segment != null && bytes <= segment.length()) {
      write(windows, request);
      return send(request.build());
    }
    windows.forEach(window -> request.addWindows(window.carrying()));
    if (mayShare && bytes > asked) {
      request.setSegmentBytes(Math.max(SMALLEST_SEGMENT, Long.highestOneBit(bytes) << 1));
    }
    AccumulateResponse answer = send(request.build());
    if (request.getSegmentBytes() > 0) {
      open(answer, request.getSegmentBytes());
    }
    return answer;
  }

  private void write(List<Prediction> windows, AccumulateRequest.Builder request) {
    try {
      long offset = 0;
      for (Prediction window : windows) {
        segment.write(offset, window.values());
        request.addWindows(window.naming(segment.name(), offset));
        offset += window.bytes();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void open(AccumulateResponse answer, long bytes) {
    forgetSegment();
    asked = bytes;
    mayShare = answer.hasSegment();
    if (mayShare) {
      try {
        segment = new SegmentWriter(answer.getSegment());
      } catch (IOException e) { // on this machine, but with other mounts or as another user
        mayShare = false;
        close(); // the server's goes with the stream
      }
    }
  }

  /**
   * Sends a message as it is.
   *
   * @throws NdstreamException if there is no answer; whether the windows count is not known then
   */
  AccumulateResponse send(AccumulateRequest request) {
    if (conversation != null && conversation.hasEnded()) {
      close();
    }
    if (conversation == null) {
      conversation = new Conversation(channel);
    }
    try {
      return conversation.ask(request, deadline);
    } catch (StatusRuntimeException e) {
      close();
      throw NdstreamException.of(e);
    }
  }

  private void forgetSegment() {
    try {
      if (segment != null) {
        segment.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      segment = null;
      asked = 0;
    }
  }

  /** Ends the stream; the next message opens another. */
  @Override
  public void close() {
    forgetSegment();
    if (conversation != null) {
      conversation.end();
      conversation = null;
    }
  }

  private static final class Conversation implements StreamObserver<AccumulateResponse> {
    /** Answers, and last why there are no more. */
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

    private final StreamObserver<AccumulateRequest> to;
    private volatile boolean ended;

    Conversation(Channel channel) {
      to = StitchServiceGrpc.newStub(channel).accumulate(this);
    }

    boolean hasEnded() {
      return ended;
    }

    AccumulateResponse ask(AccumulateRequest request, Duration deadline) {
      to.onNext(request);
      Object answer;
      try {
        answer = heard.poll(deadline.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw givenUp(Status.CANCELLED, "interrupted");
      }
      if (answer == null) {
        throw givenUp(Status.DEADLINE_EXCEEDED, "no answer in " + deadline.toSeconds() + " s");
      }
      if (answer instanceof StatusRuntimeException failure) {
        throw failure;
      }
      return (AccumulateResponse) answer;
    }

    /** Gives up: the answer must not come to the next who asks. */
    private StatusRuntimeException givenUp(Status why, String text) {
      StatusRuntimeException failure = why.withDescription(text).asRuntimeException();
      ended = true;
      to.onError(failure);
      return failure;
    }

    void end() {
      if (!ended) {
        to.onCompleted();
      }
    }

    @Override
    public void onNext(AccumulateResponse answer) {
      heard.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
      ended = true;
      heard.add(failure);
    }

    @Override
    public void onCompleted() {
      onError(Status.INTERNAL.withDescription("the stream has ended").asRuntimeException());
    }
  }
}
