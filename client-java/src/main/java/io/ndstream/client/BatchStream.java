package io.ndstream.client;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.ndstream.v1.Batch;
import io.ndstream.v1.StreamBatchesRequest;
import io.ndstream.v1.StreamBatchesResponse;
import io.ndstream.v1.StreamHeader;
import io.ndstream.v1.StreamServiceGrpc;
import io.ndstream.v1.StreamTrailer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The batches of one epoch, in order. One batch is received ahead; the server is asked for the next
 * only when one was taken, so a slow reader holds back its own stream and nothing else. Close it,
 * also when leaving early: that cancels the call and frees what the server holds for it. One thread
 * at a time.
 */
public final class BatchStream implements Iterator<Batch>, AutoCloseable {
  private final Context.CancellableContext context = Context.current().withCancellation();
  private final Iterator<StreamBatchesResponse> events;
  private final StreamHeader header;
  private final BatchSegments segments;
  private StreamTrailer trailer;
  private Batch next;
  private boolean ended;

  /** Starts a stream, in shared memory if the server offers that to this client. */
  static BatchStream open(
      StreamServiceGrpc.StreamServiceBlockingStub stub, StreamBatchesRequest request) {
    BatchStream shared = new BatchStream(stub, request.toBuilder().setSharedMemory(true).build());
    if (shared.header.getSegmentDirectory().isEmpty() || shared.segments.areInReach()) {
      return shared;
    }
    shared.close();
    return new BatchStream(stub, request.toBuilder().setSharedMemory(false).build());
  }

  private BatchStream(
      StreamServiceGrpc.StreamServiceBlockingStub stub, StreamBatchesRequest request) {
    try {
      events = context.call(() -> stub.streamBatches(request));
      StreamBatchesResponse first = take();
      header = first == null ? StreamHeader.getDefaultInstance() : first.getHeader();
      segments = new BatchSegments(Path.of(header.getSegmentDirectory()));
    } catch (RuntimeException e) {
      context.cancel(e);
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the call that starts a stream throws nothing checked", e);
    }
  }

  /** The plan and the number of batches. */
  public StreamHeader header() {
    return header;
  }

  /**
   * Totals and who waited for whom; null before the end, and if the server was shut down in
   * between.
   */
  public StreamTrailer trailer() {
    return trailer;
  }

  @Override
  public boolean hasNext() {
    while (next == null && !ended) {
      StreamBatchesResponse event = take();
      ended = event == null;
      if (ended) {
        close();
      } else if (event.hasTrailer()) {
        trailer = event.getTrailer();
      } else if (event.hasBatch()) {
        next = segments.received(event.getBatch());
      }
    }
    return next != null;
  }

  /**
   * @throws NdstreamException if the stream failed; what the last batch's {@code resume_token}
   *     names goes on from there
   */
  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Batch taken = next;
    next = null;
    return taken;
  }

  /** The next event, or null at the end of the call. */
  private StreamBatchesResponse take() {
    try {
      return events.hasNext() ? events.next() : null;
    } catch (StatusRuntimeException e) {
      throw NdstreamException.of(e);
    }
  }

  @Override
  public void close() {
    context.cancel(null);
    segments.close();
  }
}
