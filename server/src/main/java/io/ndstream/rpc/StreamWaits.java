package io.ndstream.rpc;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who waits for whom in one stream: {@code ndstream.stream.wait.share} is the share of the stream's
 * life, 0 to 1, that the server waited for the trainer to read (side=client: the trainer is the
 * bottleneck) and that no batch was ready (side=server: we are).
 */
final class StreamWaits implements AutoCloseable {
  private final MeterRegistry registry;
  private final long start = System.nanoTime();
  private final AtomicLong client = new AtomicLong();
  private final AtomicLong server = new AtomicLong();
  private final List<Meter> meters;

  StreamWaits(MeterRegistry registry, long stream) {
    this.registry = registry;
    this.meters = List.of(gauge(stream, "client", client), gauge(stream, "server", server));
  }

  private Gauge gauge(long stream, String side, AtomicLong nanos) {
    return Gauge.builder(
            "ndstream.stream.wait.share",
            () -> nanos.get() / (double) (System.nanoTime() - start + 1))
        .tag("stream", Long.toString(stream))
        .tag("side", side)
        .register(registry);
  }

  void forClient(long nanos) {
    client.addAndGet(nanos);
  }

  void forServer(long nanos) {
    server.addAndGet(nanos);
  }

  long clientNanos() {
    return client.get();
  }

  long serverNanos() {
    return server.get();
  }

  @Override
  public void close() {
    meters.forEach(registry::remove);
  }
}
