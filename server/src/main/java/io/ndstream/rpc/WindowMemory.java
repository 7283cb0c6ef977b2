package io.ndstream.rpc;

import io.ndstream.error.Checks;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.ByteBudget;
import io.ndstream.shm.ClientSegment;
import io.ndstream.shm.SegmentDirectory;
import io.ndstream.v1.SharedElements;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.Tensor;
import io.ndstream.v1.WindowSegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The shared memory of one stream of windows, and what a message names there. One thread at a time.
 */
final class WindowMemory implements AutoCloseable {
  private final Offer offer;
  private ClientSegment segment;

  /**
   * Shared memory that streams of windows may have.
   *
   * @param directory null where none is offered
   * @param most bytes for one stream
   */
  record Offer(SegmentDirectory directory, ByteBudget budget, long most) {
    static final Offer NONE = new Offer(null, null, 0);
  }

  WindowMemory(Offer offer) {
    this.offer = offer;
  }

  /**
   * Makes a segment in place of the one there is.
   *
   * @return what the client is told of it; empty if there is none: pixels come in messages then
   */
  Optional<WindowSegment> make(long bytes) {
    Checks.require(bytes > 0, Reason.BAD_ARGUMENT, "segment_bytes", bytes, "> 0");
    close();
    if (offer.directory() != null) {
      segment =
          ClientSegment.tryMake(offer.directory(), offer.budget(), Math.min(bytes, offer.most()));
    }
    return Optional.ofNullable(segment).map(this::message);
  }

  private WindowSegment message(ClientSegment made) {
    return WindowSegment.newBuilder()
        .setDirectory(offer.directory().path().toString())
        .setName(made.name())
        .setLength(made.length())
        .build();
  }

  /** Copies all that these windows name, once, from the first byte to the last. */
  void take(List<StitchWindow> windows) {
    if (segment == null) {
      return;
    }
    LongSummaryStatistics range = new LongSummaryStatistics();
    for (StitchWindow window : windows) {
      Stream.of(window.getPixels(), window.getWeights())
          .filter(Tensor::hasShared)
          .map(Tensor::getShared)
          .filter(this::isInside)
          .forEach(
              place -> {
                range.accept(place.getOffset());
                range.accept(place.getOffset() + place.getLength());
              });
    }
    if (range.getCount() > 0) {
      segment.take(range.getMin(), range.getMax());
    }
  }

  private boolean isInside(SharedElements place) {
    return segment != null
        && place.getSegment().equals(segment.name())
        && segment.holds(place.getOffset(), place.getLength());
  }

  /**
   * The elements at a place that {@link #take} was told of, until it is called again.
   *
   * @throws LoaderException BAD_ARGUMENT if it is none
   */
  ByteBuffer at(SharedElements place) {
    ByteBuffer elements =
        isInside(place) ? segment.part(place.getOffset(), place.getLength()) : null;
    if (elements == null) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT,
          "segment",
          place.getSegment(),
          "offset",
          place.getOffset(),
          "length",
          place.getLength(),
          "expected",
          segment == null
              ? "pixels in the message"
              : "within " + segment.length() + " bytes of " + segment.name());
    }
    return elements;
  }

  @Override
  public void close() {
    if (segment != null) {
      segment.close();
      segment = null;
    }
  }
}
