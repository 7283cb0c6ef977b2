package io.ndstream.stitch;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The canvases of a run and the tiles they share, behind a lock of their own: windows are added and
 * canvases read while others of the run wait for the disk. Whoever holds the run's lock may take
 * this one, never the other way round.
 */
final class Canvases {
  private final ReentrantLock lock = new ReentrantLock();
  private final String run;
  private final NanPolicy policy;
  private final TileStore tiles;

  /** Tiles that had to go could not be written: there are more in memory than there should be. */
  private volatile boolean crowded;

  /** A window of the journal could not be added. */
  private volatile boolean broken;

  Canvases(RunSpec spec, TileStore tiles) {
    this.run = spec.name();
    this.policy = spec.nanPolicy();
    this.tiles = tiles;
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  /**
   * Keeps to the budget before more is taken.
   *
   * @throws LoaderException DISK_FULL; CORRUPT_SPILL once {@link #add} failed
   */
  void requireRoom() {
    requireSound();
    if (crowded) {
      lock.lock();
      try {
        tiles.makeRoom(0);
        crowded = false;
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * After a failure canvases and journal tell different things, and only reading the journal again
   * makes them agree.
   */
  void requireSound() {
    if (broken) {
      throw LoaderException.of(
          Reason.CORRUPT_SPILL,
          "run",
          run,
          "remedy",
          "restart the server: the journal has all windows");
    }
  }

  /** Adds windows that the journal has. Needs the lock. */
  void add(List<Admission.Admitted> windows) {
    boolean whole = false;
    try {
      for (int i = 0; i < windows.size(); ) {
        i = addNext(windows, i);
      }
      whole = true;
    } finally {
      broken |= !whole;
    }
  }

  /**
   * Adds windows that follow one another onto one canvas together, as many as fit into half of the
   * memory; returns the place of the next.
   */
  private int addNext(List<Admission.Admitted> windows, int from) {
    Canvas canvas = windows.get(from).image().canvas;
    List<Canvas.Addition> together = new ArrayList<>();
    long coming = 0;
    int i = from;
    for (; i < windows.size() && windows.get(i).image().canvas == canvas; i++) {
      Canvas.Addition window = windows.get(i).addition();
      long more = canvas.reserve(window.box().intersect(canvas.bounds()));
      if (i > from && coming + more > tiles.budget() / 2) {
        break;
      }
      coming += more;
      together.add(window);
    }
    try {
      tiles.makeRoom(coming);
    } catch (LoaderException full) {
      crowded = true; // these windows count already; the next message has to wait for room
    }
    canvas.add(together, policy);
    return i;
  }

  /** Reads a canvas, taking the lock for each part. */
  CanvasReader reader(Canvas canvas) {
    return new CanvasReader() {
      @Override
      public void read(Window part, double[] sums, double[] weights) {
        lock.lock();
        try {
          requireSound();
          tiles.makeRoom(canvas.reserve(part));
          canvas.read(part, sums, weights);
        } finally {
          lock.unlock();
        }
      }

      @Override
      public List<Window> touched() {
        lock.lock();
        try {
          return canvas.touched();
        } finally {
          lock.unlock();
        }
      }
    };
  }

  void limitMemory(long bytes) {
    lock.lock();
    try {
      tiles.budget(bytes);
    } finally {
      lock.unlock();
    }
  }

  /** Forgets the canvas of an image. */
  void drop(long image) {
    lock.lock();
    try {
      tiles.drop(image);
    } finally {
      lock.unlock();
    }
  }
}
