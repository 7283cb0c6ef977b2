package io.ndstream.rpc;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.micrometer.core.instrument.MeterRegistry;
import io.ndstream.batch.BatchOptions;
import io.ndstream.batch.StageMeters;
import io.ndstream.batch.WorkerPool;
import io.ndstream.catalog.Catalog;
import io.ndstream.pixels.SlotPool;
import io.ndstream.raster.CacheOptions;
import io.ndstream.raster.CachedFrameReader;
import io.ndstream.sample.SampleScratch;
import io.ndstream.shm.SegmentDirectory;
import io.ndstream.stitch.StitchOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** All services of the API, put together from the parts they share. */
public final class Services implements AutoCloseable {
  private final StreamRpc streams;
  private final Operations operations;
  private final StitchRuns stitching;
  private final List<BindableService> all;

  /**
   * What the services share; whoever makes it closes its parts after the server.
   *
   * @param segments where shared memory is offered, or null
   * @param mayOpen which manifests clients may have opened
   * @param frames what the readers hold now
   * @param workdir caches and grids
   * @param stitching where runs live, and their memory
   * @param cache frames kept on disk
   */
  public record Parts(
      Catalog catalog,
      WorkerPool<SampleScratch> workers,
      SlotPool slots,
      SegmentDirectory segments,
      BatchOptions batches,
      MeterRegistry registry,
      ServerRpc.Facts facts,
      Predicate<Path> mayOpen,
      Supplier<ServerRpc.FrameCounts> frames,
      Path workdir,
      StitchOptions stitching,
      FrameCache cache) {}

  /** Frames kept on disk. */
  public record FrameCache(CachedFrameReader frames, CacheOptions options) {}

  public Services(Parts parts) {
    StageMeters meters = new StageMeters(parts.registry());
    operations = new Operations();
    GridStore grids =
        new GridStore(
            parts.catalog(), parts.workdir().resolve("grids"), operations, GridStore.ANSWER_WITHIN);
    PoolStore pools = new PoolStore(parts.catalog());
    PlanStore plans = new PlanStore(parts.catalog(), grids::grid);
    stitching = new StitchRuns(parts.catalog(), plans, parts.stitching());
    streams =
        new StreamRpc(
            plans,
            new StreamParts(
                parts.workers(),
                parts.slots(),
                parts.segments(),
                parts.batches(),
                parts.registry(),
                meters,
                parts.facts().largestMessage()));
    all =
        List.of(
            streams,
            new SampleRpc(
                parts.catalog(),
                pools,
                parts.workers(),
                parts.slots(),
                meters,
                parts.facts().largestMessage()),
            new PlanRpc(plans),
            new RegionRpc(parts.catalog(), pools),
            new GridRpc(grids),
            new CategoryRpc(parts.catalog()),
            new SplitRpc(parts.catalog()),
            stitchService(parts),
            new CacheRpc(
                parts.catalog(),
                parts.cache().frames(),
                parts.cache().options(),
                operations,
                parts.batches().workers()),
            operations,
            new DatasetRpc(parts.catalog(), parts.mayOpen()),
            new ServerRpc(
                parts.facts(), meters, parts.slots().budget(), streams::open, parts.frames()));
  }

  private BindableService stitchService(Parts parts) {
    StitchRpc service =
        new StitchRpc(
            stitching,
            parts.cache().frames(),
            new WindowMemory.Offer(
                parts.segments(), parts.slots().budget(), parts.batches().lookAheadBytes()),
            parts.facts().largestMessage());
    return () -> ServerInterceptors.intercept(service.bound(), new Origin());
  }

  public List<BindableService> all() {
    return all;
  }

  /** Ends every stream after the batch it is at; drops operations that wait. */
  public void drain() {
    streams.drain();
    operations.close();
  }

  /** Closes what outlives calls; only after the server. */
  @Override
  public void close() {
    stitching.close();
  }
}
