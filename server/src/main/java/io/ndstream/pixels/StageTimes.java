package io.ndstream.pixels;

/**
 * Nanoseconds a sample or batch spent in each stage. Owned by one thread; sums are made with {@link
 * #add}.
 */
public final class StageTimes {
  /** Waiting for a worker. */
  public long queue;

  /** Finding or opening files. */
  public long open;

  /** Reading and decoding pixels. */
  public long read;

  /** Resampling, padding, changing the dtype. */
  public long warp;

  /** Mapping annotations and painting masks. */
  public long annotate;

  public void add(StageTimes other) {
    queue += other.queue;
    open += other.open;
    read += other.read;
    warp += other.warp;
    annotate += other.annotate;
  }

  public void clear() {
    queue = 0;
    open = 0;
    read = 0;
    warp = 0;
    annotate = 0;
  }

  public long total() {
    return queue + open + read + warp + annotate;
  }
}
