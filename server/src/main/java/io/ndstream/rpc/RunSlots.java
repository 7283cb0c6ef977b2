package io.ndstream.rpc;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * The runs that are open, by name. Whoever looks for a run, opens or ends it has its name to
 * himself; other names do not wait, however long a journal takes to be read.
 */
final class RunSlots implements AutoCloseable {
  private final ConcurrentMap<String, Slot> slots = new ConcurrentHashMap<>();
  private final Object sharing = new Object();

  /** Of one name. */
  static final class Slot {
    private volatile StitchRuns.Open run;

    /** The run, or null if it is not open. */
    StitchRuns.Open run() {
      return run;
    }

    void put(StitchRuns.Open made) {
      run = made;
    }

    /** Returns what {@link #run} does, and leaves the slot empty. */
    StitchRuns.Open take() {
      StitchRuns.Open taken = run;
      run = null;
      return taken;
    }
  }

  /**
   * Does something with a name. A slot that is empty afterwards is forgotten: what failed is tried
   * again by the next.
   */
  <T> T alone(String name, Function<Slot, T> work) {
    while (true) {
      Slot slot = slots.computeIfAbsent(name, key -> new Slot());
      synchronized (slot) {
        if (slots.get(name) == slot) { // else somebody else's work emptied it meanwhile
          try {
            return work.apply(slot);
          } finally {
            if (slot.run == null) {
              slots.remove(name);
            }
          }
        }
      }
    }
  }

  /** Gives every run the same share of the memory. */
  void share(long bytes) {
    synchronized (sharing) { // the last to come counts all
      List<StitchRuns.Open> open =
          slots.values().stream().map(Slot::run).filter(Objects::nonNull).toList();
      open.forEach(each -> each.run().limitMemory(bytes / open.size()));
    }
  }

  /** Closes all runs. */
  @Override
  public void close() {
    slots.keySet().forEach(name -> alone(name, RunSlots::close));
  }

  private static StitchRuns.Open close(Slot slot) {
    StitchRuns.Open open = slot.take();
    if (open != null) {
      open.close();
    }
    return open;
  }
}
