package io.ndstream.batch;

import io.ndstream.annot.AnnotationColumns;
import io.ndstream.error.Kind;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.StageTimes;
import io.ndstream.plan.Plan;
import io.ndstream.sample.AnnotationRequest;
import io.ndstream.sample.ResolvedSample;
import io.ndstream.sample.SampleLoader;
import io.ndstream.sample.SampleScratch;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Fills one row of a batch.
 *
 * @param stream knows whether the client has gone
 * @param resolved null to resolve here
 * @param offset where the pixels of the row start in the slot
 */
record RowTask(
    BatchSource stream,
    Plan plan,
    SampleLoader loader,
    PendingBatch batch,
    int row,
    int sampleId,
    ResolvedSample resolved,
    int offset)
    implements WorkerPool.Task<SampleScratch> {

  @Override
  public void run(SampleScratch scratch, long queuedNanos) {
    if (stream.isClosed()) {
      refused(LoaderException.of(Reason.DRAINING));
      return;
    }
    long start = System.nanoTime();
    StageTimes times = new StageTimes();
    times.queue = queuedNanos;
    try {
      Row result = load(scratch, times);
      batch.done(row, result, start, System.nanoTime());
    } catch (RuntimeException | Error e) {
      batch.failed(row, e instanceof RuntimeException known ? known : new IllegalStateException(e));
    }
  }

  @Override
  public void refused(LoaderException why) {
    batch.failed(row, why);
  }

  private Row load(SampleScratch scratch, StageTimes times) {
    AnnotationRequest asked = plan.spec().annotations();
    AnnotationColumns columns = new AnnotationColumns();
    columns.reset(asked.wantsSegmentations(), asked.wantsKeypoints(), List.of());
    ResolvedSample sample = null;
    try {
      sample = resolved == null ? loader.resolve(plan.target(sampleId), asked) : resolved;
      if (batch.form() != null) {
        batch.form().refuseOther(sample);
      }
      loader.readInto(
          sample, batch.slot().part(offset, Math.toIntExact(sample.bytes())), scratch, times);
      annotate(sample, scratch, columns, times);
      return new Row(sampleId, sample, offset, columns, null, times);
    } catch (LoaderException e) {
      if (!plan.spec().holes() || !isUnreadable(e)) {
        throw e;
      }
      clear(sample);
      columns.reset(asked.wantsSegmentations(), asked.wantsKeypoints(), List.of());
      columns.beginSample();
      return new Row(sampleId, null, offset, columns, e, times);
    }
  }

  private void annotate(
      ResolvedSample sample, SampleScratch scratch, AnnotationColumns columns, StageTimes times) {
    Form form = batch.form();
    if (form == null || (!form.classMask() && !form.instanceMask())) {
      loader.annotate(sample, scratch, columns, times);
      return;
    }
    loader.annotateAndPaint(
        sample,
        scratch,
        columns,
        form.classMask() ? mask(form.pixelBytes() * batch.size()) : null,
        form.instanceMask()
            ? mask(form.rowBytes() * batch.size() - form.maskCells() * Integer.BYTES * batch.size())
            : null,
        times);
  }

  /**
   * @param first where the masks of this kind start
   */
  private ByteBuffer mask(long first) {
    int bytes = Math.toIntExact(batch.form().maskCells() * Integer.BYTES);
    return batch.slot().part(Math.toIntExact(first + (long) row * bytes), bytes);
  }

  /** True for failures of the data; mistakes of the request fail the stream whatever the policy. */
  static boolean isUnreadable(LoaderException e) {
    return e.reason().kind() == Kind.DATA
        || e.reason() == Reason.MISSING_FILE
        || e.reason() == Reason.SOURCE_CHANGED
        || e.reason() == Reason.NO_DATA;
  }

  private void clear(ResolvedSample sample) {
    Form form = batch.form();
    long bytes = form != null ? form.pixelBytes() : sample == null ? 0 : sample.bytes();
    clear(batch.slot().part(offset, Math.toIntExact(bytes)));
    if (form != null && form.classMask()) {
      clear(mask(form.pixelBytes() * batch.size()));
    }
    if (form != null && form.instanceMask()) {
      clear(mask((form.rowBytes() - form.maskCells() * Integer.BYTES) * batch.size()));
    }
  }

  private static void clear(ByteBuffer cells) {
    while (cells.hasRemaining()) {
      cells.put((byte) 0);
    }
  }
}
