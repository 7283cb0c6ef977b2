package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Open files, GDAL data sets and plain channels alike, within {@link HandleLimits}. A handle is
 * lent to one thread at a time; a file that several threads read together gets several handles.
 * When no more may be lent, {@link #borrow} waits; when a limit is reached, the handle idle longest
 * is closed. A thread must not borrow while it holds a lease, or two of them could wait for each
 * other for ever.
 */
public final class HandlePool implements AutoCloseable {
  private final HandleLimits limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition returned = lock.newCondition();
  private final IdleHandles idle = new IdleHandles();

  /** Handles lent now, by file; no entry for none. */
  private final Map<PooledFile.Key, Integer> lentByFile = new HashMap<>();

  /** Handles that exist or are being opened. */
  private int open;

  /** Memory behind them, but for those that are about to be closed. */
  private long bytes;

  private int lent;
  private long opened;
  private boolean closed;

  /**
   * @param handles 1 or more
   */
  public HandlePool(int handles) {
    this(HandleLimits.of(handles));
  }

  public HandlePool(HandleLimits limits) {
    Gdal.start();
    this.limits = limits;
  }

  /**
   * A handle of this file for the calling thread alone.
   *
   * @throws LoaderException MISSING_FILE, UNREADABLE_FILE, TOO_MANY_FILES
   */
  Lease<Handle> borrow(String location) {
    SourceFile file = SourceFile.of(location);
    return borrow(file.location(), file.identity());
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
    PooledFile found;
    lock.lock();
    try {
      found = takeOrClaim(key);
      lent++;
      lentByFile.merge(key, 1, Integer::sum);
    } finally {
      lock.unlock();
    }
    return found != null && found.key().equals(key) && found.identity().equals(identity)
        ? new Lease<>((H) found)
        : open(key, opener, found);
  }

  /**
   * Waits for an idle handle of the file, or for the right to open one.
   *
   * @return a handle of this file; or one to be closed first, to open another in its place; or null
   *     if there is room
   */
  private PooledFile takeOrClaim(PooledFile.Key key) {
    while (true) {
      if (closed) {
        throw new IllegalStateException("the pool is closed");
      }
      if (lentByFile.getOrDefault(key, 0) < limits.perFile()) {
        PooledFile ready = idle.take(key);
        if (ready == null && open < limits.handles()) {
          open++;
          return null;
        }
        PooledFile found = ready != null ? ready : idle.takeOldest();
        if (found != null) {
          return found;
        }
      }
      returned.awaitUninterruptibly();
    }
  }

  /**
   * Opens in the place of {@code victim} (if any), outside the lock: opening may take milliseconds.
   */
  private <H extends PooledFile> Lease<H> open(
      PooledFile.Key key, Supplier<H> opener, PooledFile victim) {
    H handle = null;
    try {
      if (victim != null) {
        victim.delete();
      }
      handle = open(opener);
      return new Lease<>(handle);
    } finally {
      opened(key, handle, victim);
    }
  }

  /** Where the process may open no more files, those that wait here for nothing make room. */
  private <H extends PooledFile> H open(Supplier<H> opener) {
    try {
      return opener.get();
    } catch (LoaderException e) {
      if (e.reason() != Reason.TOO_MANY_FILES || !closeIdle()) {
        throw e;
      }
      return opener.get();
    }
  }

  /** Whether there was any. */
  private boolean closeIdle() {
    List<PooledFile> all;
    lock.lock();
    try {
      all = idle.takeAll();
      bytes -= all.stream().mapToLong(PooledFile::bytes).sum();
    } finally {
      lock.unlock();
    }
    delete(all);
    return !all.isEmpty();
  }

  /**
   * @param handle null if opening failed
   */
  private void opened(PooledFile.Key key, PooledFile handle, PooledFile victim) {
    List<PooledFile> surplus;
    lock.lock();
    try {
      bytes -= victim == null ? 0 : victim.bytes();
      if (handle == null) {
        open--;
        returned(key);
      } else {
        opened++;
        bytes += handle.bytes();
      }
      surplus = surplus();
    } finally {
      lock.unlock();
    }
    delete(surplus);
  }

  private void giveBack(PooledFile handle, boolean keep) {
    List<PooledFile> surplus;
    lock.lock();
    try {
      returned(handle.key());
      if (keep && !closed) {
        idle.add(handle);
        surplus = surplus();
      } else {
        bytes -= handle.bytes();
        surplus = List.of(handle);
      }
    } finally {
      lock.unlock();
    }
    delete(surplus);
  }

  private void returned(PooledFile.Key key) {
    lent--;
    lentByFile.computeIfPresent(key, (k, n) -> n == 1 ? null : n - 1);
    returned.signalAll(); // whoever waits may wait for this file, or for any
  }

  /** Takes out idle handles until the rest keeps to its bytes. */
  private List<PooledFile> surplus() {
    List<PooledFile> surplus = new ArrayList<>(0);
    while (bytes > limits.bytes()) {
      PooledFile oldest = idle.takeOldest();
      if (oldest == null) {
        break; // the others are lent
      }
      bytes -= oldest.bytes();
      surplus.add(oldest);
    }
    return surplus;
  }

  /** Closes handles outside the lock; until then they keep their places. */
  private void delete(List<PooledFile> handles) {
    if (handles.isEmpty()) {
      return;
    }
    handles.forEach(PooledFile::delete);
    lock.lock();
    try {
      open -= handles.size();
      returned.signalAll();
    } finally {
      lock.unlock();
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

  /** Memory behind all handles, about. */
  public long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Closes idle handles now and lent ones as they come back. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      returned.signalAll();
    } finally {
      lock.unlock();
    }
    closeIdle();
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
