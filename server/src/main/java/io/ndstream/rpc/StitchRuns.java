package io.ndstream.rpc;

import io.ndstream.catalog.Catalog;
import io.ndstream.catalog.DatasetLease;
import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.stitch.RunSpec;
import io.ndstream.stitch.StitchOptions;
import io.ndstream.stitch.StitchRun;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.wire.StitchRequests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stitching runs by name. A run lives in a directory, beside the request that opened it; one
 * that a server left behind is taken up again when it is first asked for.
 */
final class StitchRuns implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StitchRuns.class);

  private final Catalog catalog;
  private final PlanStore plans;
  private final StitchOptions options;
  private final Object merging = new Object();
  private final RunSlots slots = new RunSlots();

  /** A run in use, with the data set it belongs to. */
  record Open(StitchRun run, OpenRunRequest request, DatasetLease lease, RunDirectory directory)
      implements AutoCloseable {
    Dataset dataset() {
      return lease.get().dataset();
    }

    /** Ends the run for good. */
    void delete() {
      try (lease) {
        run.close();
      } finally {
        directory.delete();
      }
    }

    @Override
    public void close() {
      try (directory;
          lease) {
        run.close();
      }
    }
  }

  StitchRuns(Catalog catalog, PlanStore plans, StitchOptions options) {
    this.catalog = catalog;
    this.plans = plans;
    this.options = options;
    sweep();
  }

  /** Removes what is left of runs that were ending when their server was killed. */
  private void sweep() {
    if (!Files.isDirectory(options.directory())) {
      return;
    }
    try (var runs = Files.list(options.directory())) {
      for (Path path : runs.filter(each -> !RunDirectory.isRun(each)).toList()) {
        sweep(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void sweep(Path path) {
    try {
      RunDirectory.hold(path).delete();
    } catch (IOException | RuntimeException e) {
      LOG.info("{} is no run and stays: {}", path, e.getMessage());
    }
  }

  /** What {@link #open} found. */
  record Opened(Open run, boolean resumed) {}

  /**
   * @throws LoaderException RUN_EXISTS; all that can be wrong with a run
   */
  Opened open(OpenRunRequest request) {
    if (!RunSpec.isName(request.getRun())) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT, "run", request.getRun(), "expected", "letters, digits, -, _ and .");
    }
    return slots.alone(request.getRun(), slot -> open(request, slot));
  }

  private Opened open(OpenRunRequest request, RunSlots.Slot slot) {
    if (isKnown(request.getRun(), slot)) {
      Open known = find(request.getRun(), slot);
      if (!known.request.equals(request)) {
        throw LoaderException.of(Reason.RUN_EXISTS, "run", request.getRun());
      }
      return new Opened(known, true);
    }
    try {
      return new Opened(begin(request, RunDirectory.hold(path(request.getRun())), slot), false);
    } catch (IOException e) {
      throw LoaderException.caused(
          e, Reason.DISK_FULL, "run", request.getRun(), "detail", e.getMessage());
    }
  }

  private boolean isKnown(String name, RunSlots.Slot slot) {
    return slot.run() != null || (RunSpec.isName(name) && RunDirectory.isRun(path(name)));
  }

  private Path path(String name) {
    return options.directory().resolve(name);
  }

  /** Leaves nothing behind if it fails. */
  private Open begin(OpenRunRequest request, RunDirectory directory, RunSlots.Slot slot)
      throws IOException {
    try {
      directory.clear();
      DatasetLease lease = catalog.lease(request.getDataset());
      OpenRunRequest counted = counted(request, lease);
      Open made = start(request, counted, lease, directory);
      try {
        directory.save(request, counted);
      } catch (IOException | RuntimeException e) {
        made.close();
        throw e;
      }
      return keep(made, slot);
    } catch (IOException | RuntimeException e) {
      directory.delete();
      throw e;
    }
  }

  /** Closes the lease if it fails. */
  private OpenRunRequest counted(OpenRunRequest request, DatasetLease lease) {
    try {
      return ExpectedPlan.counted(request, lease.get(), plans);
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  /** Closes the lease if it fails. */
  private Open start(
      OpenRunRequest request, OpenRunRequest counted, DatasetLease lease, RunDirectory directory) {
    try {
      Dataset dataset = lease.get().dataset();
      RunSpec spec = StitchRequests.run(counted, dataset);
      StitchRun run = StitchRun.open(directory.path(), spec, dataset, options);
      return new Open(run, request, lease, directory);
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private Open keep(Open made, RunSlots.Slot slot) {
    slot.put(made);
    try {
      slots.share(options.memoryBytes());
    } catch (RuntimeException e) {
      slot.take();
      made.close();
      throw e;
    }
    return made;
  }

  /**
   * @throws LoaderException UNKNOWN_RUN; BUSY if another server has it; CORRUPT_SPILL
   */
  Open find(String name) {
    return slots.alone(name, slot -> find(name, slot));
  }

  private Open find(String name, RunSlots.Slot slot) {
    requireKnown(name, slot);
    if (slot.run() != null) {
      return slot.run();
    }
    try {
      return resume(RunDirectory.hold(path(name)), slot);
    } catch (IOException e) {
      throw LoaderException.caused(e, Reason.CORRUPT_SPILL, "run", name, "detail", e.getMessage());
    }
  }

  private void requireKnown(String name, RunSlots.Slot slot) {
    if (!isKnown(name, slot)) {
      throw LoaderException.of(Reason.UNKNOWN_RUN, "run", name);
    }
  }

  private Open resume(RunDirectory directory, RunSlots.Slot slot) throws IOException {
    try {
      OpenRunRequest request = directory.request();
      OpenRunRequest counted = directory.counted();
      return keep(start(request, counted, catalog.lease(request.getDataset()), directory), slot);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /** Runs take turns: they may have the same manifest. */
  void merge(StitchRun run) {
    synchronized (merging) {
      run.merge();
    }
  }

  /** Names of all runs, those included that nobody asked for since the server started. */
  List<String> names() {
    if (!Files.isDirectory(options.directory())) {
      return List.of();
    }
    try (var runs = Files.list(options.directory())) {
      return runs.filter(RunDirectory::isRun)
          .map(run -> run.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends a run and removes what it kept, also one that cannot be taken up again. */
  void forget(String name) {
    boolean wasOpen = slots.alone(name, slot -> forget(name, slot));
    if (wasOpen) {
      slots.share(options.memoryBytes());
    }
  }

  private boolean forget(String name, RunSlots.Slot slot) {
    requireKnown(name, slot);
    Open gone = slot.take();
    if (gone != null) {
      gone.delete();
      return true;
    }
    try {
      RunDirectory.hold(path(name)).delete();
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    slots.close();
  }
}
