package io.ndstream.shm;

import io.ndstream.pixels.BufferSource;
import io.ndstream.pixels.ByteBudget;
import io.ndstream.pixels.Elements;
import io.ndstream.pixels.Grant;
import io.ndstream.pixels.Slot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of one stream, used again and again while it lasts, and no longer: another client's
 * late writes must not meet anybody else's pixels. Each is free, or a slot of the server's, or lent
 * to the client. One thread, the stream's own, calls this and closes the slots.
 */
public final class StreamSegments implements BufferSource, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamSegments.class);
  private static final long POLL_NANOS = 500_000;

  /** One that the client takes next and one while we make sure that there is. */
  private static final int MOST_UNDER_WAY = 2;

  private final SegmentDirectory directory;
  private final ByteBudget budget;
  private final long keepBytes;
  private final BooleanSupplier clientIsThere;
  // the one used last comes last
  private final List<Segment> free = new ArrayList<>();
  private final List<Segment> lent = new ArrayList<>();
  private long lentBytes;
  private boolean fileSystemFull;

  /**
   * @param keepBytes the client may keep about so much; while it does there are no slots for it
   * @param clientIsThere false once the client has gone
   */
  public StreamSegments(
      SegmentDirectory directory,
      ByteBudget budget,
      long keepBytes,
      BooleanSupplier clientIsThere) {
    this.directory = directory;
    this.budget = budget;
    this.keepBytes = keepBytes;
    this.clientIsThere = clientIsThere;
  }

  @Override
  public Slot tryClaim(long bytes) {
    takeBack();
    if (lentBytes > keepBytes || Segment.fileBytes(bytes) > Integer.MAX_VALUE) {
      return null;
    }
    Segment segment = takeFree(bytes);
    if (segment == null) {
      segment = make(bytes);
    }
    return segment == null ? null : new SharedSlot(segment, (int) bytes);
  }

  /**
   * Whether the client takes what it is sent. Messages that only name a segment are so small that
   * gRPC would let hundreds pass before it held back the sender.
   */
  public boolean clientKeepsUp() {
    return lent.stream().filter(Segment::isUnderWay).count() < MOST_UNDER_WAY;
  }

  private void takeBack() {
    for (Iterator<Segment> all = lent.iterator(); all.hasNext(); ) {
      Segment segment = all.next();
      if (segment.isHome()) {
        all.remove();
        lentBytes -= segment.bytes();
        free.add(segment);
      }
    }
  }

  /**
   * The smallest that is large enough; of several the one used last, for the processor may still
   * have it.
   */
  private Segment takeFree(long bytes) {
    Segment best = null;
    for (Segment segment : free) {
      if (segment.holds(bytes) && (best == null || segment.bytes() <= best.bytes())) {
        best = segment;
      }
    }
    free.remove(best);
    return best;
  }

  private Segment make(long bytes) {
    if (fileSystemFull) {
      return null;
    }
    dropSmallest();
    Grant grant = budget.tryAcquire(Segment.fileBytes(bytes));
    if (grant == null) {
      return null;
    }
    try {
      return directory.create(grant);
    } catch (IOException e) {
      grant.close();
      fileSystemFull = true;
      LOG.warn(
          "A stream gets no more shared memory: {} bytes in {}: {}",
          bytes,
          directory.path(),
          e.getMessage());
      return null;
    }
  }

  /**
   * All free segments have proved too small; one goes whenever one is made, so that there are never
   * more than were once of use.
   */
  private void dropSmallest() {
    free.stream()
        .min(Comparator.comparingInt(Segment::bytes))
        .ifPresent(
            segment -> {
              free.remove(segment);
              segment.close();
            });
  }

  /**
   * Removes all segments, once the client has mapped what is on its way to it; that keeps its
   * content until the client unmaps it. Only after all slots are closed.
   */
  @Override
  public void close() {
    while (clientIsThere.getAsBoolean()
        && lent.stream().anyMatch(Segment::isUnderWay)
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(POLL_NANOS);
    }
    free.forEach(Segment::close);
    lent.forEach(Segment::close);
    free.clear();
    lent.clear();
  }

  private final class SharedSlot implements Slot {
    private final Segment segment;
    private final int length;
    private boolean open = true;

    SharedSlot(Segment segment, int length) {
      this.segment = segment;
      this.length = length;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public ByteBuffer part(int offset, int size) {
      return segment.part(offset, size);
    }

    @Override
    public Elements elements(int offset, int size) {
      return new Elements.InSegment(segment.name(), offset, size);
    }

    @Override
    public void share() {
      segment.lend();
      lent.add(segment);
      lentBytes += segment.bytes();
      open = false;
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        free.add(segment);
      }
    }
  }
}
