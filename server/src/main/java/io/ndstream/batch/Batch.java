package io.ndstream.batch;

import io.ndstream.annot.AnnotationColumns;
import io.ndstream.pixels.Slot;
import io.ndstream.pixels.StageTimes;
import io.ndstream.plan.Plan;
import io.ndstream.plan.ResumePoint;
import java.util.List;

/**
 * A complete batch. Whoever holds it closes it, once its bytes are somebody else's.
 *
 * @param index position in the shard's epoch
 * @param next where a stream goes on after it
 * @param form null if ragged
 * @param rows in order
 * @param slot first the pixels of all rows, then all class masks, then all instance masks
 * @param annotations of all rows
 * @param times summed over the rows
 * @param assembleNanos from the first row's start to the last row's end
 */
public record Batch(
    Plan plan,
    long index,
    long epoch,
    ResumePoint next,
    Form form,
    List<Row> rows,
    Slot slot,
    AnnotationColumns annotations,
    StageTimes times,
    long assembleNanos)
    implements AutoCloseable {
  public Batch {
    rows = List.copyOf(rows);
  }

  public int size() {
    return rows.size();
  }

  public long holes() {
    return rows.stream().filter(r -> r.hole() != null).count();
  }

  /** Where the class masks start in the slot. */
  public int classMaskOffset() {
    return Math.toIntExact(form.pixelBytes() * size());
  }

  /** Where the instance masks start in the slot. */
  public int instanceMaskOffset() {
    return Math.toIntExact(
        classMaskOffset() + (form.classMask() ? form.maskCells() * Integer.BYTES * size() : 0));
  }

  @Override
  public void close() {
    slot.close();
  }
}
