package io.ndstream.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.ndstream.batch.Batch;
import io.ndstream.batch.BatchSource;
import io.ndstream.batch.StageMeters;
import io.ndstream.batch.StageMeters.Stage;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.v1.StreamBatchesResponse;
import io.ndstream.v1.StreamHeader;
import io.ndstream.v1.StreamTrailer;
import io.ndstream.wire.BatchMessages;
import io.ndstream.wire.Outgoing;
import java.util.function.BooleanSupplier;

/**
 * One stream's own thread: waits for the client, takes the next batch, hands it over. A slow client
 * stops this thread and with it the look-ahead of this stream, nothing else.
 */
final class Pump {
  private final ServerCallStreamObserver<Outgoing> call;
  private final Gate gate;
  private final BooleanSupplier keepsUp;
  private final BatchSource source;
  private final StageMeters meters;
  private final StreamWaits waits;
  private final long largestMessage;
  private volatile boolean draining;
  private long batches;
  private long samples;
  private long holes;

  /**
   * @param keepsUp false while the client has yet to take batches whose messages alone would let it
   *     have more
   * @param largestMessage bytes the client takes
   */
  Pump(
      ServerCallStreamObserver<Outgoing> call,
      Gate gate,
      BooleanSupplier keepsUp,
      BatchSource source,
      StageMeters meters,
      StreamWaits waits,
      long largestMessage) {
    this.call = call;
    this.gate = gate;
    this.keepsUp = keepsUp;
    this.source = source;
    this.meters = meters;
    this.waits = waits;
    this.largestMessage = largestMessage;
  }

  /** From any thread: the client has gone. */
  void cancel() {
    source.cancel();
    gate.wake();
  }

  /** From any thread: end after the batch under way, so that the client can go on elsewhere. */
  void drain() {
    draining = true;
    cancel();
  }

  /** Sends everything. Returns early if the client goes; throws what the client is to be told. */
  void run(StreamHeader header) throws InterruptedException {
    source.fill();
    refuseLarger(source.leastMessageBytes()); // now, for whoever has a header counts on batches
    send(Outgoing.of(StreamBatchesResponse.newBuilder().setHeader(header).build()));
    while (true) {
      long asked = System.nanoTime();
      Batch batch = source.next();
      long got = System.nanoTime();
      waits.forServer(got - asked);
      refuseIfDraining(batch);
      if (batch == null) {
        break;
      }
      if (!deliver(batch, got)) {
        return;
      }
    }
    if (gate.open(keepsUp)) {
      send(Outgoing.of(StreamBatchesResponse.newBuilder().setTrailer(trailer()).build()));
    }
  }

  private void refuseIfDraining(Batch batch) {
    if (draining) {
      if (batch != null) {
        batch.close();
      }
      throw LoaderException.of(Reason.DRAINING);
    }
  }

  private boolean deliver(Batch batch, long ready) throws InterruptedException {
    try (batch) {
      boolean open = gate.open(keepsUp);
      long sent = System.nanoTime();
      waits.forClient(sent - ready);
      meters.record(Stage.SEND_WAIT, sent - ready);
      if (!open) {
        return false;
      }
      Outgoing message = message(batch);
      batch.slot().share();
      send(message);
      count(batch, message.length());
      return true;
    }
  }

  private Outgoing message(Batch batch) {
    Outgoing message =
        new Outgoing.Composer()
            .message(
                StreamBatchesResponse.BATCH_FIELD_NUMBER,
                BatchMessages.compose(batch, Statuses::sampleError))
            .build(null);
    refuseLarger(message.length());
    return message;
  }

  private void refuseLarger(long messageBytes) {
    if (messageBytes > largestMessage) {
      throw LoaderException.of(
          Reason.OVER_BUDGET,
          "message_bytes",
          messageBytes,
          "max_message_bytes",
          largestMessage,
          "remedy",
          "a smaller batch_size, or a larger message limit on client and server");
    }
  }

  /** gRPC copies the bytes before it returns. */
  private void send(Outgoing message) {
    call.onNext(message);
  }

  private void count(Batch batch, long messageBytes) {
    batches++;
    samples += batch.size();
    holes += batch.holes();
    meters.batchSent(batch, messageBytes);
  }

  private StreamTrailer trailer() {
    return StreamTrailer.newBuilder()
        .setBatches(batches)
        .setSamples(samples)
        .setHoles(holes)
        .setWaitedForClientNanos(waits.clientNanos())
        .setWaitedForServerNanos(waits.serverNanos())
        .build();
  }
}
