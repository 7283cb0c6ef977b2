package io.ndstream.rpc;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Listens, on Unix sockets and TCP ports alike, and serves the same services on all of them. */
public final class GrpcServer implements AutoCloseable {
  private static final int EVENT_LOOPS = 2;

  /** Clients may ping this often; the preset of our own clients is once a minute. */
  private static final long KEEP_ALIVE_PERMITTED_SECONDS = 10;

  /** A client whose machine vanished without a word is noticed after these two. */
  private static final long KEEP_ALIVE_SECONDS = 30;

  private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 10;

  /** More calls of one client wait at the client. */
  private static final int CALLS_A_CONNECTION = 1024;

  private final List<Server> servers = new ArrayList<>();
  private final List<ListenAddress> bound = new ArrayList<>();
  private final HealthStatusManager health;
  private final EventLoopGroup loops;
  private final ExecutorService calls;
  private final UnknownMethods unknown;

  private GrpcServer(HealthStatusManager health, RpcOptions options, String version) {
    this.health = health;
    this.unknown = new UnknownMethods(version);
    this.loops =
        new MultiThreadIoEventLoopGroup(
            EVENT_LOOPS,
            named("ndstream-netty"),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    this.calls = Executors.newFixedThreadPool(options.callThreads(), named("ndstream-call"));
  }

  /**
   * @param health whose statuses the caller keeps up to date
   * @param version of the server, for clients of another one
   * @throws LoaderException BAD_ARGUMENT if an address is taken or cannot be bound
   */
  public static GrpcServer start(
      RpcOptions options,
      List<BindableService> services,
      HealthStatusManager health,
      String version) {
    GrpcServer server = new GrpcServer(health, options, version);
    try {
      for (ListenAddress address : options.listen()) {
        server.listen(address, services, options);
      }
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void listen(ListenAddress address, List<BindableService> services, RpcOptions options) {
    try {
      bind(address, services, options);
    } catch (IOException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause(); // gRPC says that binding failed, the system says why
      }
      throw LoaderException.caused(
          e, Reason.BAD_ARGUMENT, "listen", address, "cause", cause.getMessage());
    }
  }

  private void bind(ListenAddress address, List<BindableService> services, RpcOptions options)
      throws IOException {
    NettyServerBuilder builder =
        builder(address, options.tls())
            .channelType(channel(address))
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .executor(calls)
            .maxInboundMessageSize(options.maxMessageBytes())
            .permitKeepAliveTime(KEEP_ALIVE_PERMITTED_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .maxConcurrentCallsPerConnection(CALLS_A_CONNECTION)
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance())
            .fallbackHandlerRegistry(unknown);
    services.forEach(builder::addService);
    Server server = builder.build().start();
    servers.add(server);
    bound.add(
        address instanceof ListenAddress.Tcp tcp
            ? new ListenAddress.Tcp(
                tcp.host(), ((InetSocketAddress) server.getListenSockets().get(0)).getPort())
            : address);
  }

  /** A Unix socket needs no TLS: its directory says who may connect. */
  private static NettyServerBuilder builder(ListenAddress address, Tls tls) throws IOException {
    return tls == null || address instanceof ListenAddress.Unix
        ? NettyServerBuilder.forAddress(socket(address))
        : tls.listen(socket(address));
  }

  private static SocketAddress socket(ListenAddress address) throws IOException {
    if (address instanceof ListenAddress.Unix unix) {
      if (!Epoll.isAvailable()) {
        throw LoaderException.of(
            Reason.BAD_ARGUMENT,
            "listen",
            address,
            "expected",
            "a tcp address: Unix sockets need Linux with epoll");
      }
      unix.clearStale();
      return new DomainSocketAddress(unix.path().toFile());
    }
    return ((ListenAddress.Tcp) address).socketAddress();
  }

  private static Class<? extends ServerChannel> channel(ListenAddress address) {
    if (address instanceof ListenAddress.Unix) {
      return EpollServerDomainSocketChannel.class;
    }
    return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /** Addresses as bound, with the ports the system chose. */
  public List<ListenAddress> addresses() {
    return List.copyOf(bound);
  }

  /** Takes no new calls, gives running ones this long, then ends them. */
  public void drain(long millis) throws InterruptedException {
    health.enterTerminalState();
    servers.forEach(Server::shutdown);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (Server server : servers) {
      if (!server.awaitTermination(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        server.shutdownNow();
      }
    }
  }

  @Override
  public void close() {
    servers.forEach(Server::shutdownNow);
    try {
      for (Server server : servers) {
        server.awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    calls.shutdown();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    for (ListenAddress address : bound) {
      if (address instanceof ListenAddress.Unix unix) {
        try {
          Files.deleteIfExists(unix.path());
        } catch (IOException e) {
          // The next start recognises the socket as stale.
          continue;
        }
      }
    }
  }

  private static ThreadFactory named(String name) {
    AtomicInteger next = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + next.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }
}
