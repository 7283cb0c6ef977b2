package io.ndstream.raster;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether a remote file is still the one that was opened. Its server is asked now and then, by
 * whoever reads at that time: a request for every read would cost more than the read. A server that
 * does not answer has not said that the file changed.
 */
final class RemoteWatch {
  private final String location;
  private final FileIdentity identity;
  private final long everyNanos;
  private final AtomicLong asked = new AtomicLong(System.nanoTime());
  private volatile boolean changed;

  RemoteWatch(String location, FileIdentity identity, long everyNanos) {
    this.location = location;
    this.identity = identity;
    this.everyNanos = everyNanos;
  }

  boolean isCurrent() {
    long last = asked.get();
    long now = System.nanoTime();
    boolean due = !changed && now - last >= everyNanos && asked.compareAndSet(last, now);
    if (due && !identity.equals(FileIdentity.VIRTUAL)) {
      changed = RemoteHeaders.ask(location).filter(said -> !said.equals(identity)).isPresent();
    }
    return !changed;
  }
}
