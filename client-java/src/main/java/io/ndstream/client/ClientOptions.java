package io.ndstream.client;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import java.time.Duration;

/**
 * How a client talks to its server. Begin with {@link #DEFAULT}.
 *
 * @param maxMessageBytes the largest answer that is taken; a batch is megabytes, where gRPC would
 *     stop at 4 MiB
 * @param keepAlive pause after which a silent connection is probed; servers may refuse less than a
 *     minute
 * @param keepAliveTimeout time for the answer to a probe
 * @param deadline of every call but streams
 * @param connect time for the first connection
 * @param patience time that a stitching run waits for a server that went away
 * @param credentials of TCP connections, such as those of {@code io.grpc.TlsChannelCredentials};
 *     Unix sockets need none
 */
public record ClientOptions(
    int maxMessageBytes,
    Duration keepAlive,
    Duration keepAliveTimeout,
    Duration deadline,
    Duration connect,
    Duration patience,
    ChannelCredentials credentials) {
  public static final ClientOptions DEFAULT =
      new ClientOptions(
          Integer.MAX_VALUE,
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          Duration.ofMinutes(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          InsecureChannelCredentials.create());

  public ClientOptions withMaxMessageBytes(int bytes) {
    return new ClientOptions(
        bytes, keepAlive, keepAliveTimeout, deadline, connect, patience, credentials);
  }

  public ClientOptions withDeadline(Duration time) {
    return new ClientOptions(
        maxMessageBytes, keepAlive, keepAliveTimeout, time, connect, patience, credentials);
  }

  public ClientOptions withConnect(Duration time) {
    return new ClientOptions(
        maxMessageBytes, keepAlive, keepAliveTimeout, deadline, time, patience, credentials);
  }

  public ClientOptions withPatience(Duration time) {
    return new ClientOptions(
        maxMessageBytes, keepAlive, keepAliveTimeout, deadline, connect, time, credentials);
  }

  public ClientOptions withCredentials(ChannelCredentials given) {
    return new ClientOptions(
        maxMessageBytes, keepAlive, keepAliveTimeout, deadline, connect, patience, given);
  }
}
