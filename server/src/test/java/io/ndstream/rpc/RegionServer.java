package io.ndstream.rpc;

import com.google.longrunning.OperationsGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.ndstream.catalog.Catalog;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.coco.PixelIdentity;
import io.ndstream.raster.FrameReader;
import io.ndstream.v1.GridServiceGrpc;
import io.ndstream.v1.RegionServiceGrpc;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The services for regions alone, over TCP, reading frames as a test wants. */
final class RegionServer implements AutoCloseable {
  final GridServiceGrpc.GridServiceBlockingStub grids;
  final RegionServiceGrpc.RegionServiceBlockingStub regions;
  final OperationsGrpc.OperationsBlockingStub operations;
  private final Catalog catalog;
  private final Operations work = new Operations();
  private final GrpcServer server;
  private final ManagedChannel channel;

  /**
   * @param dir where grids are kept
   * @param frames not closed with the server
   */
  RegionServer(Path dir, FrameReader frames, Duration answerWithin, Path manifest) {
    catalog =
        new Catalog(path -> Manifests.open(path, OpenOptions.strict()), frames, PixelIdentity.NONE);
    catalog.open("", manifest).close();
    server =
        GrpcServer.start(
            new RpcOptions(List.of(new ListenAddress.Tcp("127.0.0.1", 0)), 4, 1 << 20, null),
            List.of(
                new GridRpc(new GridStore(catalog, dir.resolve("grids"), work, answerWithin)),
                new RegionRpc(catalog, new PoolStore(catalog)),
                work),
            new HealthStatusManager(),
            "test");
    var address = ((ListenAddress.Tcp) server.addresses().get(0)).socketAddress();
    channel = NettyChannelBuilder.forAddress(address).usePlaintext().build();
    grids = GridServiceGrpc.newBlockingStub(channel);
    regions = RegionServiceGrpc.newBlockingStub(channel);
    operations = OperationsGrpc.newBlockingStub(channel);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
    work.close();
    catalog.close();
  }
}
