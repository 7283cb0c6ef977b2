package io.ndstream.rpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ndstream.batch.BatchOptions;
import io.ndstream.batch.WorkerPool;
import io.ndstream.catalog.Catalog;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.coco.PixelIdentity;
import io.ndstream.pixels.ByteBudget;
import io.ndstream.pixels.SlotPool;
import io.ndstream.raster.Backend;
import io.ndstream.raster.CacheOptions;
import io.ndstream.raster.CachedFrameReader;
import io.ndstream.raster.Gdal;
import io.ndstream.raster.HandlePool;
import io.ndstream.raster.LocationPolicy;
import io.ndstream.raster.TileCache;
import io.ndstream.raster.TiledFrameReader;
import io.ndstream.sample.SampleScratch;
import io.ndstream.shm.SegmentDirectory;
import io.ndstream.stitch.StitchOptions;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The services over real Netty on a Unix socket, in this JVM so that a test can count what is left.
 */
final class RunningServer implements AutoCloseable {
  final Catalog catalog;
  final HandlePool handles = new HandlePool(64);
  final ByteBudget budget;
  final SegmentDirectory segments;
  final WorkerPool<SampleScratch> workers;
  final Services services;
  private final GrpcServer server;
  private final Path socket;
  private final SocketAddress port;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

  RunningServer(Path directory, int workerThreads, long budgetBytes, Path... manifests) {
    this(directory, directory, workerThreads, budgetBytes, manifests);
  }

  /**
   * @param memory where it offers shared memory
   */
  RunningServer(
      Path directory, Path memory, int workerThreads, long budgetBytes, Path... manifests) {
    Gdal.start();
    segments = SegmentDirectory.in(memory);
    budget = new ByteBudget(budgetBytes);
    TileCache tiles = new TileCache(16 << 20);
    CacheOptions cache = new CacheOptions(Backend.NPY, directory.resolve("frames"), 1 << 30, 0, 64);
    CachedFrameReader frames =
        new CachedFrameReader(
            new TiledFrameReader(handles, tiles, LocationPolicy.LOCAL), handles, cache);
    catalog =
        new Catalog(
            manifest -> Manifests.open(manifest, OpenOptions.strict()), frames, PixelIdentity.NONE);
    for (Path manifest : manifests) {
      catalog.open("", manifest).close();
    }
    workers = new WorkerPool<>(workerThreads, SampleScratch::new);
    services =
        new Services(
            new Services.Parts(
                catalog,
                workers,
                new SlotPool(budget),
                segments,
                new BatchOptions(workerThreads, Math.max(1 << 20, budgetBytes), budgetBytes / 4),
                new SimpleMeterRegistry(),
                new ServerRpc.Facts(
                    "test", Gdal.version(), Gdal.drivers(), workerThreads, 64 << 20),
                path -> path.startsWith(directory),
                () ->
                    new ServerRpc.FrameCounts(
                        handles.openHandles(), tiles.hits(), tiles.misses(), tiles.bytes()),
                directory.resolve("work"),
                StitchOptions.in(directory.resolve("stitch"), 8 << 20),
                new Services.FrameCache(frames, cache)));
    socket = directory.resolve("socket");
    server =
        GrpcServer.start(
            new RpcOptions(
                List.of(new ListenAddress.Unix(socket), new ListenAddress.Tcp("127.0.0.1", 0)),
                4,
                64 << 20,
                null),
            services.all(),
            new HealthStatusManager(),
            "test");
    port = ((ListenAddress.Tcp) server.addresses().get(1)).socketAddress();
  }

  ManagedChannel connectOverTcp() {
    return NettyChannelBuilder.forAddress(port)
        .usePlaintext()
        .maxInboundMessageSize(64 << 20)
        .build();
  }

  ManagedChannel connect() {
    return NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
        .eventLoopGroup(loops)
        .channelType(EpollDomainSocketChannel.class)
        .usePlaintext()
        .maxInboundMessageSize(64 << 20)
        .build();
  }

  @Override
  public void close() throws InterruptedException {
    server.close();
    workers.close();
    segments.close();
    catalog.close();
    handles.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
  }
}
