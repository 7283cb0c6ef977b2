package io.ndstream.rpc;

import io.micrometer.core.instrument.MeterRegistry;
import io.ndstream.batch.BatchOptions;
import io.ndstream.batch.BatchSource;
import io.ndstream.batch.StageMeters;
import io.ndstream.batch.WorkerPool;
import io.ndstream.pixels.BufferSource;
import io.ndstream.pixels.SlotPool;
import io.ndstream.plan.ResumePoint;
import io.ndstream.sample.SampleScratch;
import io.ndstream.shm.SegmentDirectory;

/**
 * What all streams share.
 *
 * @param segments where shared memory is offered, or null
 * @param largestMessage bytes the server sends
 */
record StreamParts(
    WorkerPool<SampleScratch> workers,
    SlotPool slots,
    SegmentDirectory segments,
    BatchOptions options,
    MeterRegistry registry,
    StageMeters meters,
    long largestMessage) {

  /**
   * @param shared asked first for every batch
   * @param end one past the last batch to deliver
   */
  BatchSource source(PlanStore.Leased plan, BufferSource shared, ResumePoint from, long end) {
    return new BatchSource(
        plan.plan(),
        plan.lease().get().loader(),
        workers,
        shared,
        slots,
        options.lookAheadBytes(),
        from,
        end);
  }
}
