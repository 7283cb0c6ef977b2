package io.ndstream.client;

import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.TimeUnit;

/** Where a server listens. */
sealed interface Address {

  /** Reads {@code unix:/path}, {@code tcp:host:port} or {@code host:port}. */
  static Address parse(String text) {
    if (text.startsWith("unix:/")) {
      return new Unix(text.substring("unix:".length()));
    }
    String rest = text.startsWith("tcp:") ? text.substring("tcp:".length()) : text;
    int colon = rest.lastIndexOf(':');
    if (colon > 0 && rest.substring(colon + 1).matches("\\d{1,5}")) {
      return new Tcp(rest.substring(0, colon), Integer.parseInt(rest.substring(colon + 1)));
    }
    throw NdstreamException.local(
        Code.INVALID_ARGUMENT,
        "BAD_ARGUMENT",
        "expected unix:/path, tcp:host:port or host:port, not " + text);
  }

  /** A channel, and what has to be closed after it. */
  record Line(ManagedChannel channel, Runnable afterwards) {}

  Line open(ClientOptions options);

  /** A socket of this machine. Needs no native library: the JDK has had these sockets since 16. */
  record Unix(String path) implements Address {
    @Override
    public Line open(ClientOptions options) {
      EventLoopGroup loop =
          new MultiThreadIoEventLoopGroup(
              1, new DefaultThreadFactory("ndstream-client", true), NioIoHandler.newFactory());
      NettyChannelBuilder builder =
          NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(path))
              .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
              .eventLoopGroup(loop)
              .usePlaintext()
              // gRPC sets it on every channel, and Netty would warn that these know none.
              .withOption(ChannelOption.SO_KEEPALIVE, null)
              // Otherwise the path would be the authority, which servers refuse.
              .overrideAuthority("localhost");
      return new Line(
          preset(builder, options).build(), () -> loop.shutdownGracefully(0, 1, TimeUnit.SECONDS));
    }
  }

  /** A host and port. */
  record Tcp(String host, int port) implements Address {
    @Override
    public Line open(ClientOptions options) {
      return new Line(
          preset(NettyChannelBuilder.forAddress(host, port, options.credentials()), options)
              .build(),
          () -> {});
    }
  }

  private static NettyChannelBuilder preset(NettyChannelBuilder builder, ClientOptions options) {
    return builder
        .maxInboundMessageSize(options.maxMessageBytes())
        .keepAliveTime(options.keepAlive().toNanos(), TimeUnit.NANOSECONDS)
        .keepAliveTimeout(options.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS);
  }
}
