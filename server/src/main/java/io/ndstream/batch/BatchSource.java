package io.ndstream.batch;

import io.ndstream.error.LoaderException;
import io.ndstream.pixels.BufferSource;
import io.ndstream.pixels.Elements;
import io.ndstream.pixels.Grant;
import io.ndstream.pixels.Reserve;
import io.ndstream.pixels.Slot;
import io.ndstream.pixels.SlotPool;
import io.ndstream.plan.EpochOrder;
import io.ndstream.plan.Plan;
import io.ndstream.plan.ResumePoint;
import io.ndstream.plan.Shard;
import io.ndstream.sample.ResolvedSample;
import io.ndstream.sample.SampleLoader;
import io.ndstream.sample.SampleScratch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The batches of one stream, in the plan's order, made ahead of need. It always has room for one
 * batch ({@link Reserve}); what it makes ahead beyond that is bounded in bytes and taken only while
 * the budget has it to spare. One thread, the stream's own, calls {@link #next} and {@link #close}.
 */
public final class BatchSource implements AutoCloseable {
  private static final int ALIGNMENT = 8;

  private final Plan plan;
  private final SampleLoader loader;
  private final WorkerPool<SampleScratch>.Lane lane;
  private final BufferSource shared;
  private final SlotPool slots;
  private final long lookAheadBytes;
  private final EpochOrder order;
  private final Shard shard;
  private final long end;
  // written by the stream's thread only, and under its own lock, for cancel() reads it from another
  private final ArrayDeque<PendingBatch> pending = new ArrayDeque<>();
  private long pendingBytes;
  private long nextIndex;
  private Form form;
  private Reserve reserve;
  private volatile boolean closed;

  /**
   * @param shared asked first for every batch; where it has no slot, the batch is made on the heap
   * @param from where to start
   * @param end one past the last batch of the shard to deliver
   */
  public BatchSource(
      Plan plan,
      SampleLoader loader,
      WorkerPool<SampleScratch> workers,
      BufferSource shared,
      SlotPool slots,
      long lookAheadBytes,
      ResumePoint from,
      long end) {
    this.plan = plan;
    this.loader = loader;
    this.lane = workers.lane();
    this.shared = shared;
    this.slots = slots;
    this.lookAheadBytes = lookAheadBytes;
    this.order = plan.order(from.epoch());
    this.shard = from.shard();
    this.nextIndex = from.batch();
    this.end = Math.min(end, order.batches(shard));
  }

  private Form form() {
    if (form == null) {
      form = Form.of(plan, loader);
    }
    return form;
  }

  boolean isClosed() {
    return closed;
  }

  /**
   * The next batch, or null after the last and after {@link #cancel}.
   *
   * @throws LoaderException of the first sample that failed; OVER_BUDGET or BUSY if there is no
   *     room for one batch
   */
  public Batch next() throws InterruptedException {
    fill();
    PendingBatch head = pending.peek();
    if (head == null) {
      return null;
    }
    Batch batch = head.await(this::isWanted);
    if (batch != null) {
      synchronized (pending) {
        pending.remove();
      }
      pendingBytes -= head.slot().length();
    }
    return batch;
  }

  /**
   * Starts what the look-ahead has room for.
   *
   * @throws LoaderException as of {@link #next}: before the first batch, if there is no room for
   *     any
   */
  public void fill() throws InterruptedException {
    while (nextIndex < end && !closed) {
      long[] ids = order.batch(shard, nextIndex);
      boolean started = plan.spec().ragged() ? startRagged(ids) : startUniform(ids);
      if (!started) {
        return;
      }
      nextIndex++;
    }
  }

  /** Bytes that the message of the next batch has at least, as far as it is started. */
  public long leastMessageBytes() {
    PendingBatch head = pending.peek();
    if (head == null || head.slot().elements(0, 0) instanceof Elements.InSegment) {
      return 0;
    }
    return form == null ? head.slot().length() : form.rowBytes() * head.size();
  }

  private boolean startUniform(long[] ids) throws InterruptedException {
    long full = Math.multiplyExact(form().rowBytes(), plan.spec().batchSize());
    Slot slot = claim(full);
    if (slot == null) {
      return false;
    }
    PendingBatch batch = begin(slot, ids.length);
    for (int i = 0; i < ids.length; i++) {
      int offset = Math.toIntExact(i * form.pixelBytes());
      lane.submit(new RowTask(this, plan, loader, batch, i, (int) ids[i], null, offset));
    }
    return true;
  }

  private boolean startRagged(long[] ids) throws InterruptedException {
    if (!pending.isEmpty() && pendingBytes >= lookAheadBytes) {
      return false;
    }
    List<ResolvedSample> samples = new ArrayList<>();
    long bytes = 0;
    for (long id : ids) {
      ResolvedSample sample = resolveOrNull((int) id);
      samples.add(sample);
      bytes += sample == null ? 0 : align(sample.bytes());
    }
    Slot slot = claim(bytes);
    if (slot == null) {
      return false;
    }
    PendingBatch batch = begin(slot, ids.length);
    long offset = 0;
    for (int i = 0; i < ids.length; i++) {
      ResolvedSample sample = samples.get(i);
      lane.submit(
          new RowTask(this, plan, loader, batch, i, (int) ids[i], sample, Math.toIntExact(offset)));
      offset += sample == null ? 0 : align(sample.bytes());
    }
    return true;
  }

  /** Null for a sample that will be a hole: its task finds out again, and says why. */
  private ResolvedSample resolveOrNull(int id) {
    try {
      return loader.resolve(plan.target(id), plan.spec().annotations());
    } catch (LoaderException e) {
      if (plan.spec().holes() && RowTask.isUnreadable(e)) {
        return null;
      }
      throw e;
    }
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private PendingBatch begin(Slot slot, int size) {
    ResumePoint after = new ResumePoint(plan.name(), order.epoch(), nextIndex + 1, shard);
    PendingBatch batch = new PendingBatch(plan, nextIndex, order.epoch(), after, form, slot, size);
    synchronized (pending) {
      pending.add(batch);
    }
    pendingBytes += slot.length();
    return batch;
  }

  /** Memory for the next batch, or null if it has to wait for the batches before it. */
  private Slot claim(long bytes) throws InterruptedException {
    long counted = Math.max(1, bytes);
    if (reserve == null) {
      reserve = new Reserve(slots.budget().acquireNow(counted));
    }
    if (pendingBytes > lookAheadBytes) {
      return null;
    }
    Slot slot = shared.tryClaim(bytes);
    if (slot != null) {
      return slot;
    }
    Grant grant = room(counted);
    return grant == null ? null : slots.claim(bytes, grant);
  }

  private Grant room(long bytes) throws InterruptedException {
    if (bytes <= reserve.bytes()) {
      Grant own = reserve.tryLend();
      if (own != null) {
        return own;
      }
    }
    if (pending.isEmpty() && bytes > reserve.bytes()) {
      return slots.budget().acquire(bytes, this::isWanted);
    }
    return pendingBytes + bytes > lookAheadBytes ? null : slots.budget().tryAcquire(bytes);
  }

  /** From any thread: nobody wants the batches any more. Rows not yet started are not. */
  public void cancel() {
    closed = true;
    slots.budget().wake();
    PendingBatch head;
    synchronized (pending) {
      head = pending.peek();
    }
    if (head != null) {
      head.wake();
    }
  }

  private boolean isWanted() {
    return !closed;
  }

  /**
   * Waits for the rows under way, drops what is queued, gives all memory back. Closing twice is
   * harmless.
   */
  @Override
  public void close() {
    closed = true;
    pending.forEach(PendingBatch::abandon);
    synchronized (pending) {
      pending.clear();
    }
    if (reserve != null) {
      reserve.close();
    }
  }
}
