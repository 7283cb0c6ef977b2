package io.ndstream.batch;

import static io.ndstream.error.Checks.require;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frame readers: a fixed number of threads, each with scratch memory of its own, shared by all
 * streams and calls. Lanes take turns, one task each, so a stream with much look-ahead does not
 * hold up a single sample. A lane's queue is bounded by its owner, who counts the bytes its tasks
 * will fill.
 *
 * @param <S> the scratch of a worker
 */
public final class WorkerPool<S extends AutoCloseable> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

  private final List<Thread> threads = new ArrayList<>();
  private final Object lock = new Object();
  // @GuardedBy("lock"): lanes with tasks, the next to serve first
  private final ArrayDeque<Lane> ready = new ArrayDeque<>();
  private boolean closed;
  private int queued;

  /** Work for one worker. It must not throw; what goes wrong is the task's own result. */
  public interface Task<S> {
    /**
     * @param queuedNanos how long the task waited for a worker
     */
    void run(S scratch, long queuedNanos);

    /** Called instead of {@link #run} when the pool closes first. */
    void refused(LoaderException why);
  }

  /**
   * @param workers threads, 1 or more
   * @param scratch makes the memory of one worker; closed with the pool
   */
  public WorkerPool(int workers, Supplier<S> scratch) {
    require(workers > 0, Reason.BAD_ARGUMENT, "workers", workers, "> 0");
    for (int i = 0; i < workers; i++) {
      Thread thread = new Thread(() -> work(scratch), "ndstream-worker-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  public int size() {
    return threads.size();
  }

  /** Tasks that wait for a worker. */
  public int queued() {
    synchronized (lock) {
      return queued;
    }
  }

  /**
   * A queue of its own, served in turn with all others. Needs no closing: an empty lane costs
   * nothing.
   */
  public Lane lane() {
    return new Lane();
  }

  private void work(Supplier<S> scratch) {
    try (S mine = scratch.get()) {
      while (true) {
        Entry<S> entry = take();
        if (entry == null) {
          return;
        }
        runOne(entry, mine);
      }
    } catch (Exception e) {
      LOG.error("A worker could not close its scratch memory", e);
    }
  }

  private void runOne(Entry<S> entry, S scratch) {
    try {
      entry.task.run(scratch, System.nanoTime() - entry.since);
    } catch (RuntimeException | Error e) {
      LOG.error("A task threw; this is a bug", e);
    }
  }

  private Entry<S> take() {
    synchronized (lock) {
      while (ready.isEmpty()) {
        if (closed) {
          return null;
        }
        try {
          lock.wait();
        } catch (InterruptedException e) {
          // Only close() ends a worker: an interrupt meant for a task that has ended is no reason
          // to.
          continue;
        }
      }
      Lane lane = ready.removeFirst();
      Entry<S> entry = lane.tasks.removeFirst();
      if (!lane.tasks.isEmpty()) {
        ready.addLast(lane);
      }
      queued--;
      return entry;
    }
  }

  /** Refuses what still waits, lets running tasks finish, and waits for them. */
  @Override
  public void close() {
    List<Entry<S>> left = new ArrayList<>();
    synchronized (lock) {
      closed = true;
      ready.forEach(lane -> left.addAll(lane.tasks));
      ready.forEach(lane -> lane.tasks.clear());
      ready.clear();
      queued = 0;
      lock.notifyAll();
    }
    LoaderException draining = LoaderException.of(Reason.DRAINING);
    left.forEach(entry -> entry.task.refused(draining));
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (true) {
        try {
          thread.join();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private record Entry<S>(Task<S> task, long since) {}

  /** Tasks of one stream or call, first in, first out. */
  public final class Lane {
    private final ArrayDeque<Entry<S>> tasks = new ArrayDeque<>();

    private Lane() {}

    public void submit(Task<S> task) {
      synchronized (lock) {
        if (!closed) {
          tasks.addLast(new Entry<>(task, System.nanoTime()));
          queued++;
          if (tasks.size() == 1) {
            ready.addLast(this);
          }
          lock.notify();
          return;
        }
      }
      task.refused(LoaderException.of(Reason.DRAINING));
    }
  }
}
