package io.ndstream.catalog;

/** The right to use a data set. One owner; closing twice is harmless. */
public final class DatasetLease implements AutoCloseable {
  private final Catalog.Shared shared;
  private boolean open = true;

  DatasetLease(Catalog.Shared shared) {
    this.shared = shared;
    shared.hold();
  }

  public OpenDataset get() {
    return shared.dataset();
  }

  /** Another lease on the same state. */
  public DatasetLease share() {
    return new DatasetLease(shared);
  }

  @Override
  public synchronized void close() {
    if (open) {
      open = false;
      shared.release();
    }
  }
}
