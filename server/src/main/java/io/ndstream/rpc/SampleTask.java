package io.ndstream.rpc;

import io.ndstream.batch.WorkerPool;
import io.ndstream.catalog.DatasetLease;
import io.ndstream.error.LoaderException;
import io.ndstream.pixels.Slot;
import io.ndstream.pixels.StageTimes;
import io.ndstream.sample.LoadedSample;
import io.ndstream.sample.ResolvedSample;
import io.ndstream.sample.SampleScratch;

/**
 * One sample on its way through the pool. Owns the lease and, until it is loaded, the slot.
 *
 * @param outcome told once, on the worker's thread
 */
record SampleTask(DatasetLease lease, ResolvedSample sample, Slot slot, Outcome outcome)
    implements WorkerPool.Task<SampleScratch> {

  /** What becomes of a sample. */
  interface Outcome {
    /** The sample's slot is the receiver's from here. */
    void loaded(LoadedSample sample, StageTimes times);

    void failed(Throwable why);
  }

  @Override
  public void run(SampleScratch scratch, long queuedNanos) {
    StageTimes times = new StageTimes();
    times.queue = queuedNanos;
    LoadedSample loaded;
    try (lease) {
      loaded = LoadedSample.load(lease.get().loader(), sample, slot, scratch, times);
    } catch (RuntimeException | Error e) {
      slot.close();
      outcome.failed(e);
      return;
    }
    outcome.loaded(loaded, times);
  }

  @Override
  public void refused(LoaderException why) {
    lease.close();
    slot.close();
    outcome.failed(why);
  }
}
