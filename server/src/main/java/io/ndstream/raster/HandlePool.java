package io.ndstream.raster;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Open files, GDAL data sets and plain channels alike, never more than a limit at once. A handle is
 * lent to one thread at a time; a file that several threads read together gets several handles.
 * When all are lent, {@link #borrow} waits; when the limit is reached, the handle idle longest is
 * closed. A thread must not borrow while it holds a lease, or two of them could wait for each other
 * for ever.
 */
public final class HandlePool implements AutoCloseable {
  private final int limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition returned = lock.newCondition();

  /** Idle handles by location, the one used last in front. */
  private final Map<PooledFile.Key, Deque<PooledFile>> idle = new HashMap<>();

  /** All idle handles, the one idle longest first. */
  private final LinkedHashSet<PooledFile> byAge = new LinkedHashSet<>();

  /** Handles that exist or are being opened. */
  private int open;

  private int lent;
  private long opened;
  private boolean closed;

  /**
   * @param limit handles, 1 or more
   */
  public HandlePool(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
    }
    Gdal.start();
    this.limit = limit;
  }

  /**
   * A handle of this file for the calling thread alone.
   *
   * @throws io.ndstream.error.LoaderException MISSING_FILE, UNREADABLE_FILE
   */
  Lease<Handle> borrow(String location) {
    return borrow(location, FileIdentity.of(location));
  }

  Lease<Handle> borrow(String location, FileIdentity identity) {
    return borrow(
        new PooledFile.Key(location, false), identity, () -> Handle.open(location, identity));
  }

  /** A channel of a plain file, for reading its bytes. */
  Lease<ChannelHandle> borrowChannel(String location, FileIdentity identity) {
    return borrow(
        new PooledFile.Key(location, true), identity, () -> ChannelHandle.open(location, identity));
  }

  @SuppressWarnings("unchecked") // the key says which of the two kinds it is
  private <H extends PooledFile> Lease<H> borrow(
      PooledFile.Key key, FileIdentity identity, Supplier<H> opener) {
    PooledFile victim = null;
    lock.lock();
    try {
      while (true) {
        if (closed) {
          throw new IllegalStateException("the pool is closed");
        }
        PooledFile ready = takeIdle(key);
        if (ready != null && ready.identity().equals(identity)) {
          lent++;
          return new Lease<>((H) ready);
        }
        if (ready != null) { // an old state of a file that changed
          victim = ready;
          break;
        }
        if (open < limit) {
          open++;
          break;
        }
        victim = takeOldest();
        if (victim != null) {
          break;
        }
        returned.awaitUninterruptibly();
      }
      lent++;
    } finally {
      lock.unlock();
    }
    return open(opener, victim);
  }

  /**
   * Opens in the place of {@code victim} (if any), outside the lock: opening may take milliseconds.
   */
  private <H extends PooledFile> Lease<H> open(Supplier<H> opener, PooledFile victim) {
    boolean done = false;
    try {
      if (victim != null) {
        victim.delete();
      }
      Lease<H> lease = new Lease<>(opener.get());
      done = true;
      return lease;
    } finally {
      lock.lock();
      try {
        if (done) {
          opened++;
        } else {
          open--;
          lent--;
          returned.signal();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private PooledFile takeIdle(PooledFile.Key key) {
    Deque<PooledFile> handles = idle.get(key);
    if (handles == null) {
      return null;
    }
    PooledFile handle = handles.pop();
    if (handles.isEmpty()) {
      idle.remove(key);
    }
    byAge.remove(handle);
    return handle;
  }

  private PooledFile takeOldest() {
    Iterator<PooledFile> oldest = byAge.iterator();
    if (!oldest.hasNext()) {
      return null;
    }
    PooledFile handle = oldest.next();
    oldest.remove();
    Deque<PooledFile> handles = idle.get(handle.key());
    handles.remove(handle);
    if (handles.isEmpty()) {
      idle.remove(handle.key());
    }
    return handle;
  }

  private void giveBack(PooledFile handle, boolean keep) {
    boolean delete;
    lock.lock();
    try {
      lent--;
      delete = closed || !keep;
      if (delete) {
        open--;
      } else {
        idle.computeIfAbsent(handle.key(), k -> new ArrayDeque<>(2)).push(handle);
        byAge.add(handle);
      }
      returned.signal();
    } finally {
      lock.unlock();
    }
    if (delete) {
      handle.delete();
    }
  }

  /** Handles open now, lent or idle. */
  public int openHandles() {
    lock.lock();
    try {
      return open;
    } finally {
      lock.unlock();
    }
  }

  /** Handles lent now. */
  public int lentHandles() {
    lock.lock();
    try {
      return lent;
    } finally {
      lock.unlock();
    }
  }

  /** Files opened since the start, counting every time. */
  public long opened() {
    lock.lock();
    try {
      return opened;
    } finally {
      lock.unlock();
    }
  }

  /** Closes idle handles now and lent ones as they come back. */
  @Override
  public void close() {
    Deque<PooledFile> all = new ArrayDeque<>();
    lock.lock();
    try {
      closed = true;
      all.addAll(byAge);
      open -= all.size();
      byAge.clear();
      idle.clear();
      returned.signalAll();
    } finally {
      lock.unlock();
    }
    all.forEach(PooledFile::delete);
  }

  /** One thread's hold on a handle; closing gives it back, closing again does nothing. */
  final class Lease<H extends PooledFile> implements AutoCloseable {
    private H handle;
    private boolean keep = true;

    private Lease(H handle) {
      this.handle = handle;
    }

    H handle() {
      return handle;
    }

    /** The handle is not to be used again: its file failed or changed. */
    void discard() {
      keep = false;
    }

    @Override
    public void close() {
      if (handle != null) {
        PooledFile given = handle;
        handle = null;
        giveBack(given, keep);
      }
    }
  }
}
