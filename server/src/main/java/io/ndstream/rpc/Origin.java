package io.ndstream.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Tells a call where its client is. */
final class Origin implements ServerInterceptor {
  private static final Context.Key<SocketAddress> ADDRESS = Context.key("ndstream-origin");

  /** True if the call in whose context this runs came over a Unix socket or a loopback. */
  static boolean isThisMachine() {
    SocketAddress from = ADDRESS.get();
    return from instanceof DomainSocketAddress
        || from instanceof InetSocketAddress tcp && tcp.getAddress().isLoopbackAddress();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    SocketAddress from = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return Contexts.interceptCall(Context.current().withValue(ADDRESS, from), call, headers, next);
  }
}
