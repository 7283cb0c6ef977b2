package io.ndstream.app;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.ndstream.batch.WorkerPool;
import io.ndstream.pixels.ByteBudget;
import io.ndstream.raster.HandlePool;
import io.ndstream.raster.TileCache;

/** The meters of what all streams share; docs/metrics.md lists them with those of the streams. */
final class ServerMeters {
  private ServerMeters() {}

  /**
   * @return to be closed before the registry
   */
  static AutoCloseable bind(
      MeterRegistry registry,
      HandlePool handles,
      TileCache tiles,
      WorkerPool<?> workers,
      ByteBudget budget) {
    new JvmMemoryMetrics().bindTo(registry);
    JvmGcMetrics collections = new JvmGcMetrics();
    collections.bindTo(registry);
    Gauge.builder("ndstream.handles", handles, HandlePool::openHandles)
        .description("open files")
        .register(registry);
    Gauge.builder("ndstream.tile.cache", tiles, TileCache::bytes)
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("ndstream.tile.cache.hits", tiles, TileCache::hits).register(registry);
    Gauge.builder("ndstream.tile.cache.misses", tiles, TileCache::misses).register(registry);
    Gauge.builder("ndstream.workers.queued", workers, WorkerPool::queued)
        .description("samples that wait for a worker")
        .register(registry);
    Gauge.builder("ndstream.budget.used", budget, ByteBudget::used)
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("ndstream.budget.limit", budget, ByteBudget::limit)
        .baseUnit("bytes")
        .register(registry);
    return collections;
  }
}
