package io.ndstream.batch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ndstream.pixels.StageTimes;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Where the time of samples goes, and how many there were. {@code ndstream.stage} has one timer a
 * stage: queue (waiting for a worker), open (files and headers), read (decoding), warp (resampling,
 * padding, types), annotate, assemble (a batch from its first sample to its last) and send_wait (a
 * batch ready, the client not).
 */
public final class StageMeters {
  /** The stages in the order a sample passes them. */
  public enum Stage {
    QUEUE,
    OPEN,
    READ,
    WARP,
    ANNOTATE,
    ASSEMBLE,
    SEND_WAIT;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Map<Stage, Timer> timers = new LinkedHashMap<>();
  private final Counter samples;
  private final Counter unreadable;
  private final Counter batches;
  private final Counter bytes;

  public StageMeters(MeterRegistry registry) {
    for (Stage stage : Stage.values()) {
      timers.put(
          stage, Timer.builder("ndstream.stage").tag("stage", stage.label()).register(registry));
    }
    samples = Counter.builder("ndstream.samples").description("samples loaded").register(registry);
    unreadable =
        Counter.builder("ndstream.samples.unreadable")
            .description("samples not readable")
            .register(registry);
    batches = Counter.builder("ndstream.batches").description("batches sent").register(registry);
    bytes =
        Counter.builder("ndstream.sent")
            .baseUnit("bytes")
            .description("message bytes sent")
            .register(registry);
  }

  public void record(Stage stage, long nanos) {
    timers.get(stage).record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Counts a sample loaded alone. */
  public void sampleLoaded(StageTimes times) {
    samples.increment();
    record(times);
  }

  /** Counts a batch and its samples. */
  public void batchSent(Batch batch, long messageBytes) {
    batches.increment();
    bytes.increment(messageBytes);
    samples.increment(batch.size() - batch.holes());
    unreadable.increment(batch.holes());
    record(Stage.ASSEMBLE, batch.assembleNanos());
    batch.rows().forEach(row -> record(row.times()));
  }

  private void record(StageTimes times) {
    record(Stage.QUEUE, times.queue);
    record(Stage.OPEN, times.open);
    record(Stage.READ, times.read);
    record(Stage.WARP, times.warp);
    record(Stage.ANNOTATE, times.annotate);
  }

  public long count(Stage stage) {
    return timers.get(stage).count();
  }

  public long nanos(Stage stage) {
    return (long) timers.get(stage).totalTime(TimeUnit.NANOSECONDS);
  }

  public long samples() {
    return (long) samples.count();
  }

  public long batches() {
    return (long) batches.count();
  }

  public long bytesSent() {
    return (long) bytes.count();
  }
}
