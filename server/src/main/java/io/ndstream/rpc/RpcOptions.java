package io.ndstream.rpc;

import static io.ndstream.error.Checks.require;

import io.ndstream.error.Reason;
import java.util.List;

/**
 * @param listen where to listen, one or more
 * @param callThreads threads that run calls which are not streams, 1 or more
 * @param maxMessageBytes the largest message the server takes or sends
 * @param tls of TCP addresses, or null: in plain text
 */
public record RpcOptions(
    List<ListenAddress> listen, int callThreads, int maxMessageBytes, Tls tls) {
  public RpcOptions {
    listen = List.copyOf(listen);
    require(!listen.isEmpty(), Reason.BAD_ARGUMENT, "listen", listen, "at least one address");
    require(callThreads > 0, Reason.BAD_ARGUMENT, "call-threads", callThreads, "> 0");
    require(
        maxMessageBytes >= 4096,
        Reason.BAD_ARGUMENT,
        "max-message",
        maxMessageBytes,
        ">= 4096 bytes");
  }
}
