package io.ndstream.app;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.ndstream.rpc.ListenAddress;
import io.ndstream.v1.GetRunRequest;
import io.ndstream.v1.ImageProgress;
import io.ndstream.v1.ListRunImagesRequest;
import io.ndstream.v1.ListRunImagesResponse;
import io.ndstream.v1.ListRunsRequest;
import io.ndstream.v1.ListRunsResponse;
import io.ndstream.v1.Run;
import io.ndstream.v1.StitchServiceGrpc;
import io.ndstream.v1.StitchServiceGrpc.StitchServiceBlockingStub;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints how far runs are: one line a run, or one an image of the run that is named. */
@Command(
    name = "status",
    description = "Prints how far the stitching runs are, or how far the images of one run are.",
    mixinStandardHelpOptions = true,
    footer = {"", "Exit status: 0 good, 1 no such run or no server, 2 wrong usage.", ""})
final class StitchStatusCommand implements Callable<Integer> {
  private static final int PATIENCE_SECONDS = 10;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", arity = "0..1", description = "Name of a run. Default: all runs")
  private String run;

  @Option(
      names = "--server",
      paramLabel = "ADDRESS",
      defaultValue = "tcp:127.0.0.1:50051",
      description = "unix:/path or tcp:host:port. Default: ${DEFAULT-VALUE}")
  private String server;

  @Override
  public Integer call() throws InterruptedException {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    ManagedChannel channel = channel(ListenAddress.parse(server), loops);
    try {
      print(StitchServiceGrpc.newBlockingStub(channel), spec.commandLine().getOut());
      return 0;
    } catch (StatusRuntimeException e) {
      spec.commandLine().getErr().println("ndstream: " + e.getStatus().getCode() + ": " + e.getStatus().getDescription());
      return 1;
    } finally {
      channel.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }
  }

  private static ManagedChannel channel(ListenAddress address, EventLoopGroup loops) {
    if (address instanceof ListenAddress.Unix unix) {
      return NettyChannelBuilder.forAddress(new DomainSocketAddress(unix.path().toFile()))
          .eventLoopGroup(loops)
          .channelType(EpollDomainSocketChannel.class)
          .usePlaintext()
          .build();
    }
    ListenAddress.Tcp tcp = (ListenAddress.Tcp) address;
    return NettyChannelBuilder.forAddress(tcp.host(), tcp.port()).usePlaintext().build();
  }

  private void print(StitchServiceBlockingStub stub, PrintWriter out) {
    if (run != null) {
      images(stub, out);
      return;
    }
    String token = "";
    do {
      ListRunsRequest request = ListRunsRequest.newBuilder().setPageToken(token).build();
      ListRunsResponse answer = stub.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS).listRuns(request);
      answer.getRunsList().forEach(each -> line(each, out));
      token = answer.getNextPageToken();
    } while (!token.isEmpty());
    out.flush();
  }

  private static void line(Run each, PrintWriter out) {
    out.printf(
        "%-24s %s: %d windows, %d images (%d complete, %d finalized), %d MiB in memory, %d MiB on disk%n",
        each.getName(), String.join("|", each.getChannelsList()), each.getWindows(), each.getImages(), each.getCompleteImages(),
        each.getFinalizedImages(), each.getMemoryBytes() >> 20, each.getDiskBytes() >> 20);
  }

  private void images(StitchServiceBlockingStub stub, PrintWriter out) {
    line(stub.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS).getRun(GetRunRequest.newBuilder().setRun(run).build()).getRun(), out);
    String token = "";
    do {
      ListRunImagesRequest request = ListRunImagesRequest.newBuilder().setRun(run).setPageToken(token).build();
      ListRunImagesResponse answer = stub.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS).listRunImages(request);
      answer.getImagesList().forEach(image -> line(image, out));
      token = answer.getNextPageToken();
    } while (!token.isEmpty());
    out.flush();
  }

  private static void line(ImageProgress image, PrintWriter out) {
    String missing = image.getMissing() < 0 ? "" : ", " + image.getMissing() + " missing";
    String state = image.getFinalized() ? image.getRaster().getFileName() : image.getComplete() ? "complete" : "open";
    out.printf(
        "  image %-12d %d x %d: %d windows%s, %s%n",
        image.getImageId(), image.getWidth(), image.getHeight(), image.getWindows(), missing, state);
  }
}
