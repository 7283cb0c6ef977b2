package io.ndstream.annot;

/**
 * Where each parent's children begin: n + 1 numbers for n parents, the first 0, parent i owning
 * children [i, i+1). Complete at any time: a new parent starts empty, and a new child goes to the
 * last parent.
 */
public final class Offsets {
  private final Longs starts = new Longs();

  Offsets() {
    clear();
  }

  /** The n + 1 numbers. */
  public Longs column() {
    return starts;
  }

  /** Number of parents. */
  public int parents() {
    return starts.size() - 1;
  }

  public int start(int parent) {
    return (int) starts.get(parent);
  }

  public int end(int parent) {
    return (int) starts.get(parent + 1);
  }

  /** Number of children of all parents. */
  public int children() {
    return (int) starts.get(parents());
  }

  void clear() {
    starts.clear();
    starts.add(0);
  }

  void addParent() {
    starts.add(children());
  }

  void addChild() {
    starts.addToLast(1);
  }

  void addAll(Offsets other) {
    int shift = children();
    for (int parent = 0; parent < other.parents(); parent++) {
      starts.add(shift + other.starts.get(parent + 1));
    }
  }
}
