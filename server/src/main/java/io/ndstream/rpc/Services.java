package io.ndstream.rpc;

import io.grpc.BindableService;
import io.micrometer.core.instrument.MeterRegistry;
import io.ndstream.batch.BatchOptions;
import io.ndstream.batch.StageMeters;
import io.ndstream.batch.WorkerPool;
import io.ndstream.catalog.Catalog;
import io.ndstream.pixels.SlotPool;
import io.ndstream.sample.SampleScratch;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** All services of the API, put together from the parts they share. */
public final class Services {
  private final StreamRpc streams;
  private final Operations operations;
  private final List<BindableService> all;

  /**
   * What the services share; whoever makes it closes its parts after the server.
   *
   * @param mayOpen which manifests clients may have opened
   * @param frames what the readers hold now
   * @param workdir caches and grids
   */
  public record Parts(
      Catalog catalog,
      WorkerPool<SampleScratch> workers,
      SlotPool slots,
      BatchOptions batches,
      MeterRegistry registry,
      ServerRpc.Facts facts,
      Predicate<Path> mayOpen,
      Supplier<ServerRpc.FrameCounts> frames,
      Path workdir) {}

  public Services(Parts parts) {
    StageMeters meters = new StageMeters(parts.registry());
    operations = new Operations();
    GridStore grids = new GridStore(parts.catalog(), parts.workdir().resolve("grids"), operations);
    PlanStore plans = new PlanStore(parts.catalog(), grids::grid);
    streams =
        new StreamRpc(
            plans,
            parts.workers(),
            parts.slots(),
            parts.batches(),
            parts.registry(),
            meters,
            parts.facts().largestMessage());
    all =
        List.of(
            streams,
            new SampleRpc(
                parts.catalog(), parts.workers(), parts.slots(), meters, parts.facts().largestMessage()),
            new PlanRpc(plans),
            new RegionRpc(parts.catalog(), new PoolStore(parts.catalog())),
            new GridRpc(grids),
            new CategoryRpc(parts.catalog()),
            new SplitRpc(parts.catalog()),
            operations,
            new DatasetRpc(parts.catalog(), parts.mayOpen()),
            new ServerRpc(parts.facts(), meters, parts.slots().budget(), streams::open, parts.frames()));
  }

  public List<BindableService> all() {
    return all;
  }

  /** Ends every stream after the batch it is at; drops operations that wait. */
  public void drain() {
    streams.drain();
    operations.close();
  }
}
