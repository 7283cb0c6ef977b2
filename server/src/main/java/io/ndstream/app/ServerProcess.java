package io.ndstream.app;

import io.grpc.protobuf.services.HealthStatusManager;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.ndstream.admin.AdminServer;
import io.ndstream.batch.WorkerPool;
import io.ndstream.catalog.Catalog;
import io.ndstream.error.LoaderException;
import io.ndstream.error.OpenFiles;
import io.ndstream.error.Reason;
import io.ndstream.pixels.ByteBudget;
import io.ndstream.pixels.SlotPool;
import io.ndstream.raster.CachedFrameReader;
import io.ndstream.raster.Gdal;
import io.ndstream.raster.HandlePool;
import io.ndstream.raster.LocationPolicy;
import io.ndstream.raster.TileCache;
import io.ndstream.raster.TiledFrameReader;
import io.ndstream.rpc.GrpcServer;
import io.ndstream.rpc.ListenAddress;
import io.ndstream.rpc.ServerRpc;
import io.ndstream.rpc.Services;
import io.ndstream.sample.SampleScratch;
import io.ndstream.shm.SegmentDirectory;
import io.ndstream.stitch.StitchOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * One server from start to end: puts the parts together, waits for the signal to stop, takes them
 * apart in reverse order.
 */
final class ServerProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

  /** GDAL's own cache; ours holds the decoded tiles. */
  private static final int GDAL_CACHE_BYTES = 32 << 20;

  /** Of the 5 s that a signal leaves; closing the rest takes well under one. */
  private static final long DRAIN_MILLIS = 3500;

  private final ServerOptions options;
  // closed in reverse order
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean serving;

  ServerProcess(ServerOptions options) {
    this.options = options;
  }

  /** Serves until a signal comes or standard input closes. Returns the exit status. */
  int run(PrintWriter out, boolean exitWithStdin) throws Exception {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopFromSignal, "ndstream-signal"));
    if (exitWithStdin) {
      watchStandardInput();
    }
    try {
      serve(out);
    } finally {
      closeParts();
      stopped.countDown();
    }
    return 0;
  }

  private void serve(PrintWriter out) throws Exception {
    // gRPC logs by java.util.logging; it shall go where all goes
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    LOG.info("Up to {} files may be open at once", OpenFiles.limit());
    Gdal.start();
    Gdal.cacheBytes(GDAL_CACHE_BYTES);
    makeWorkdir();
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    parts.push(registry::close);
    HandlePool handles = add(new HandlePool(options.handles()));
    TileCache tiles = new TileCache(options.tileCacheBytes());
    TiledFrameReader files =
        add(new TiledFrameReader(handles, tiles, new LocationPolicy(options.allowRemotes())));
    CachedFrameReader frames = add(new CachedFrameReader(files, handles, options.frameCache()));
    ServedDatasets datasets = new ServedDatasets(options);
    Catalog catalog = add(new Catalog(datasets::parse, frames, options.pixelIdentity()));
    WorkerPool<SampleScratch> workers =
        add(new WorkerPool<>(options.batches().workers(), SampleScratch::new));
    SlotPool slots = new SlotPool(new ByteBudget(options.batches().budgetBytes()));
    SegmentDirectory segments = sharedMemory(registry);
    add(ServerMeters.bind(registry, handles, tiles, workers, slots.budget()));

    HealthStatusManager health = new HealthStatusManager();
    datasets.openAll(catalog, health);
    Services services =
        add(
            new Services(
                new Services.Parts(
                    catalog,
                    workers,
                    slots,
                    segments,
                    options.batches(),
                    registry,
                    facts(),
                    this::mayOpen,
                    () ->
                        new ServerRpc.FrameCounts(
                            handles.openHandles(), tiles.hits(), tiles.misses(), tiles.bytes()),
                    options.workdir(),
                    StitchOptions.in(options.workdir().resolve("stitch"), options.stitchBytes()),
                    new Services.FrameCache(frames, options.frameCache()))));
    GrpcServer server =
        add(GrpcServer.start(options.rpc(), services.all(), health, Version.current()));
    String http = "";
    if (options.http() != null) {
      AdminServer admin = add(admin(registry, datasets));
      http = " http:" + admin.address().getHostString() + ":" + admin.address().getPort();
    }
    serving = true;
    out.println(
        "ndstream ready: "
            + addresses(server)
            + http
            + " datasets: "
            + String.join(", ", catalog.names()));
    out.flush();
    stop.await();
    LOG.info("Stopping: streams end after the batch they are at");
    services.drain();
    server.drain(DRAIN_MILLIS);
  }

  private void makeWorkdir() {
    try {
      Files.createDirectories(options.workdir());
    } catch (IOException e) {
      throw LoaderException.caused(
          e,
          Reason.BAD_ARGUMENT,
          "workdir",
          options.workdir(),
          "expected",
          "a directory that can be made and written to");
    }
  }

  private AdminServer admin(PrometheusMeterRegistry registry, ServedDatasets datasets) {
    try {
      return new AdminServer(
          options.http(),
          registry::scrape,
          () -> new AdminServer.Check(true, "ok\n"),
          datasets::ready);
    } catch (IOException e) {
      throw LoaderException.caused(
          e, Reason.BAD_ARGUMENT, "http", options.http(), "cause", e.getMessage());
    }
  }

  /** Null if none is offered. */
  private SegmentDirectory sharedMemory(PrometheusMeterRegistry registry) {
    if (options.sharedMemory() == null) {
      return null;
    }
    SegmentDirectory segments = add(SegmentDirectory.in(options.sharedMemory()));
    Gauge.builder("ndstream.shared.memory", segments, SegmentDirectory::bytes)
        .description("segments of shared memory")
        .baseUnit("bytes")
        .register(registry);
    return segments;
  }

  private static String addresses(GrpcServer server) {
    return server.addresses().stream()
        .map(ListenAddress::toString)
        .collect(Collectors.joining(" "));
  }

  private <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  private void closeParts() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.warn("A part could not be closed", e);
      }
    }
  }

  /** Clients may have manifests opened that lie below --allow-path. */
  private boolean mayOpen(Path manifest) {
    try {
      Path real = manifest.toRealPath();
      for (String allowed : options.allowPaths()) {
        if (real.startsWith(Path.of(allowed).toRealPath())) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw LoaderException.caused(e, Reason.MISSING_MANIFEST, "manifest", manifest);
    }
  }

  private ServerRpc.Facts facts() {
    return new ServerRpc.Facts(
        Version.current(),
        Gdal.version(),
        Gdal.drivers(),
        options.batches().workers(),
        options.rpc().maxMessageBytes());
  }

  private void watchStandardInput() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  continue;
                }
              } catch (IOException e) {
                LOG.debug("Standard input ended", e);
              }
              stop.countDown();
            },
            "ndstream-stdin");
    watch.setDaemon(true);
    watch.start();
  }

  /**
   * A JVM that ends by a signal would exit with 128 + its number; a server that was asked to stop
   * and did exits with 0.
   */
  private void stopFromSignal() {
    if (!serving || stopped.getCount() == 0) {
      // Nothing to drain: a server that still opens its data sets ends at once, as any process
      // does.
      return;
    }
    stop.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(0);
  }
}
