package io.ndstream.batch;

import io.ndstream.annot.AnnotationColumns;
import io.ndstream.error.LoaderException;
import io.ndstream.pixels.Slot;
import io.ndstream.pixels.StageTimes;
import io.ndstream.plan.Plan;
import io.ndstream.plan.ResumePoint;
import io.ndstream.sample.AnnotationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A batch whose rows workers are filling. The stream's thread owns it: it waits for every row, also
 * after a failure and when the client has gone, before the slot closes, for a late writer would
 * scribble on the next batch.
 */
final class PendingBatch {
  private final Plan plan;
  private final long index;
  private final long epoch;
  private final ResumePoint next;
  private final Form form;
  private final Slot slot;
  // @GuardedBy("this")
  private final Row[] rows;
  private int missing;
  private int failedRow = Integer.MAX_VALUE;
  private RuntimeException failure;
  private long firstStart = Long.MAX_VALUE;
  private long lastEnd = Long.MIN_VALUE;

  PendingBatch(
      Plan plan, long index, long epoch, ResumePoint next, Form form, Slot slot, int size) {
    this.plan = plan;
    this.index = index;
    this.epoch = epoch;
    this.next = next;
    this.form = form;
    this.slot = slot;
    this.rows = new Row[size];
    this.missing = size;
  }

  Form form() {
    return form;
  }

  Slot slot() {
    return slot;
  }

  int size() {
    return rows.length;
  }

  /** A worker is done with a row. */
  synchronized void done(int row, Row result, long start, long end) {
    rows[row] = result;
    firstStart = Math.min(firstStart, start);
    lastEnd = Math.max(lastEnd, end);
    oneLess();
  }

  /**
   * A row will not be. Of several failures the first row's counts, whatever the order they came in.
   */
  synchronized void failed(int row, RuntimeException why) {
    if (row < failedRow) {
      failedRow = row;
      failure = why;
    }
    oneLess();
  }

  private void oneLess() {
    missing--;
    if (missing == 0) {
      notifyAll();
    }
  }

  synchronized boolean isComplete() {
    return missing == 0;
  }

  private synchronized boolean awaitRows(BooleanSupplier wanted) throws InterruptedException {
    while (missing > 0 && wanted.getAsBoolean()) {
      wait();
    }
    return missing == 0;
  }

  /** Has the thread that waits ask again whether the batch is still wanted. */
  synchronized void wake() {
    notifyAll();
  }

  /**
   * Waits for all rows. The batch owns the slot from then on.
   *
   * @return null if it is no longer wanted
   * @throws LoaderException of the first row that failed
   */
  Batch await(BooleanSupplier wanted) throws InterruptedException {
    if (!awaitRows(wanted)) {
      return null;
    }
    if (failure != null) {
      throw failure;
    }
    AnnotationRequest asked = plan.spec().annotations();
    AnnotationColumns all = new AnnotationColumns();
    List<Row> complete = new ArrayList<>(rows.length);
    StageTimes times = new StageTimes();
    all.reset(asked.wantsSegmentations(), asked.wantsKeypoints(), List.of());
    for (Row row : rows) {
      complete.add(row);
      all.append(row.annotations());
      times.add(row.times());
    }
    return new Batch(
        plan, index, epoch, next, form, complete, slot, all, times, lastEnd - firstStart);
  }

  /** Waits for all rows, whatever became of them, and gives the memory back. */
  void abandon() {
    boolean interrupted = false;
    while (true) {
      try {
        awaitRows(() -> true);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    slot.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
