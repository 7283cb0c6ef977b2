package io.ndstream.app;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.ndstream.rpc.ListenAddress;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints how far runs are: one line a run, or one an image of the run that is named. */
@Command(
    name = "status",
    description = "Prints how far the stitching runs are, or how far the images of one run are.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: ndstream stitch status epoch-7 --server unix:/run/ndstream.sock",
      "",
      "Exit status: 0 good, 1 no such run or no server, 2 wrong usage."
    })
final class StitchStatusCommand implements Callable<Integer> {
  private static final int PATIENCE_SECONDS = 60;
  private static final String RUN_LINE = "%-24s %-20s %9s %7s %9s %10s %9s %9s%n";
  private static final String IMAGE_LINE = "%-12s %13s %9s %9s  %s%n";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", arity = "0..1", description = "Name of a run. Default: all runs")
  private String run;

  @Option(
      names = "--server",
      paramLabel = "ADDRESS",
      defaultValue = "tcp:127.0.0.1:50051",
      description = "unix:/path or tcp:host:port. Default: ${DEFAULT-VALUE}")
  private ListenAddress server;

  @Mixin private TlsArguments tls;

  @Option(names = "--json", description = "Print one JSON object: the runs, or the images of RUN.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException, InvalidProtocolBufferException {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    ManagedChannel channel = channel(loops);
    try {
      print(StitchServiceGrpc.newBlockingStub(channel), spec.commandLine().getOut());
      return 0;
    } catch (StatusRuntimeException e) {
      boolean nobody = e.getStatus().getCode() == Status.Code.UNAVAILABLE;
      spec.commandLine()
          .getErr()
          .println("ndstream: " + (nobody ? nobody() : e.getStatus().getDescription()));
      return 1;
    } finally {
      channel.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }
  }

  /** A server that has another idea of encryption ends the connection without a word. */
  private String nobody() {
    return "no server answers at " + server + (tls.given() ? " over TLS with these files" : "");
  }

  private ManagedChannel channel(EventLoopGroup loops) {
    if (server instanceof ListenAddress.Unix unix) {
      return NettyChannelBuilder.forAddress(new DomainSocketAddress(unix.path().toFile()))
          .eventLoopGroup(loops)
          .channelType(EpollDomainSocketChannel.class)
          .usePlaintext()
          .build();
    }
    ListenAddress.Tcp tcp = (ListenAddress.Tcp) server;
    return NettyChannelBuilder.forAddress(tcp.host(), tcp.port(), tls.credentials()).build();
  }

  private void print(StitchServiceBlockingStub stub, PrintWriter out)
      throws InvalidProtocolBufferException {
    MessageOrBuilder found = run == null ? runs(stub) : images(stub);
    if (json) {
      out.println(JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(found));
    } else if (found instanceof ListRunsResponse.Builder runs) {
      out.printf(
          RUN_LINE,
          "RUN",
          "CHANNELS",
          "WINDOWS",
          "IMAGES",
          "COMPLETE",
          "FINALIZED",
          "MEMORY",
          "DISK");
      runs.getRunsList().forEach(each -> line(each, out));
    } else if (found instanceof ListRunImagesResponse.Builder images) {
      out.printf(IMAGE_LINE, "IMAGE", "SIZE", "WINDOWS", "MISSING", "STATE");
      images.getImagesList().forEach(image -> line(image, out));
    }
    out.flush();
  }

  private static ListRunsResponse.Builder runs(StitchServiceBlockingStub stub) {
    ListRunsResponse.Builder all = ListRunsResponse.newBuilder();
    do {
      ListRunsRequest request =
          ListRunsRequest.newBuilder().setPageToken(all.getNextPageToken()).build();
      all.clearNextPageToken()
          .mergeFrom(stub.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS).listRuns(request));
    } while (!all.getNextPageToken().isEmpty());
    return all;
  }

  private ListRunImagesResponse.Builder images(StitchServiceBlockingStub stub) {
    ListRunImagesResponse.Builder all = ListRunImagesResponse.newBuilder();
    do {
      ListRunImagesRequest request =
          ListRunImagesRequest.newBuilder()
              .setRun(run)
              .setPageToken(all.getNextPageToken())
              .build();
      all.clearNextPageToken()
          .mergeFrom(
              stub.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS).listRunImages(request));
    } while (!all.getNextPageToken().isEmpty());
    return all;
  }

  private static void line(Run each, PrintWriter out) {
    out.printf(
        RUN_LINE,
        each.getName(),
        String.join("|", each.getChannelsList()),
        each.getWindows(),
        each.getImages(),
        each.getCompleteImages(),
        each.getFinalizedImages(),
        mebibytes(each.getMemoryBytes()),
        mebibytes(each.getDiskBytes()));
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }

  private static void line(ImageProgress image, PrintWriter out) {
    out.printf(
        IMAGE_LINE,
        image.getImageId(),
        image.getWidth() + " x " + image.getHeight(),
        image.getWindows(),
        image.getMissing() < 0 ? "unknown" : image.getMissing(),
        state(image));
  }

  private static String state(ImageProgress image) {
    if (image.getFinalized()) {
      return image.getRaster().getFileName();
    }
    if (image.getWritten() > 0) {
      return "writing, " + Math.round(100 * image.getWritten()) + " %";
    }
    return image.getComplete() ? "complete" : "open";
  }
}
