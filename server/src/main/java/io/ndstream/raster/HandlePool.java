package io.ndstream.raster;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Open GDAL data sets, never more than a limit at once. A handle is lent to one thread at a time; a file that several threads read
 * together gets several handles. When all are lent, {@link #borrow} waits; when the limit is reached, the handle idle longest is closed.
 * A thread must not borrow while it holds a lease, or two of them could wait for each other for ever.
 */
public final class HandlePool implements AutoCloseable {
  private final int limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition returned = lock.newCondition();
  /** Idle handles by location, the one used last in front. */
  private final Map<String, Deque<Handle>> idle = new HashMap<>();
  /** All idle handles, the one idle longest first. */
  private final LinkedHashSet<Handle> byAge = new LinkedHashSet<>();
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
  Lease borrow(String location) {
    return borrow(location, FileIdentity.of(location));
  }

  Lease borrow(String location, FileIdentity identity) {
    Handle victim = null;
    lock.lock();
    try {
      while (true) {
        if (closed) {
          throw new IllegalStateException("the pool is closed");
        }
        Handle ready = takeIdle(location);
        if (ready != null && ready.identity().equals(identity)) {
          lent++;
          return new Lease(ready);
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
    return open(location, identity, victim);
  }

  /** Opens in the place of {@code victim} (if any), outside the lock: opening may take milliseconds. */
  private Lease open(String location, FileIdentity identity, Handle victim) {
    boolean done = false;
    try {
      if (victim != null) {
        victim.delete();
      }
      Lease lease = new Lease(Handle.open(location, identity));
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

  private Handle takeIdle(String location) {
    Deque<Handle> handles = idle.get(location);
    if (handles == null) {
      return null;
    }
    Handle handle = handles.pop();
    if (handles.isEmpty()) {
      idle.remove(location);
    }
    byAge.remove(handle);
    return handle;
  }

  private Handle takeOldest() {
    Iterator<Handle> oldest = byAge.iterator();
    if (!oldest.hasNext()) {
      return null;
    }
    Handle handle = oldest.next();
    oldest.remove();
    Deque<Handle> handles = idle.get(handle.location());
    handles.remove(handle);
    if (handles.isEmpty()) {
      idle.remove(handle.location());
    }
    return handle;
  }

  private void giveBack(Handle handle, boolean keep) {
    boolean delete;
    lock.lock();
    try {
      lent--;
      delete = closed || !keep;
      if (delete) {
        open--;
      } else {
        idle.computeIfAbsent(handle.location(), l -> new ArrayDeque<>(2)).push(handle);
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
    Deque<Handle> all = new ArrayDeque<>();
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
    all.forEach(Handle::delete);
  }

  /** One thread's hold on a handle; closing gives it back, closing again does nothing. */
  final class Lease implements AutoCloseable {
    private Handle handle;
    private boolean keep = true;

    private Lease(Handle handle) {
      this.handle = handle;
    }

    Handle handle() {
      return handle;
    }

    /** The handle is not to be used again: its file failed or changed. */
    void discard() {
      keep = false;
    }

    @Override
    public void close() {
      if (handle != null) {
        Handle given = handle;
        handle = null;
        giveBack(given, keep);
      }
    }
  }
}
