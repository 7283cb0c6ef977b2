package io.ndstream.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
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
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.TreeMap;

/**
 * The stitching runs by name. A run lives in a directory, beside the request that opened it; one
 * that a server left behind is taken up again when it is first asked for.
 */
final class StitchRuns implements AutoCloseable {
  private static final String REQUEST = "request";

  /** The request with the windows of its plan counted; the same request if it names none. */
  private static final String COUNTED = "counted";

  private final Catalog catalog;
  private final PlanStore plans;
  private final StitchOptions options;
  // @GuardedBy("this")
  private final TreeMap<String, Open> open = new TreeMap<>();

  /** A run in use, with the data set it belongs to. */
  record Open(StitchRun run, OpenRunRequest request, DatasetLease lease) implements AutoCloseable {
    Dataset dataset() {
      return lease.get().dataset();
    }

    @Override
    public void close() {
      run.close();
      lease.close();
    }
  }

  StitchRuns(Catalog catalog, PlanStore plans, StitchOptions options) {
    this.catalog = catalog;
    this.plans = plans;
    this.options = options;
  }

  /** What {@link #open} found. */
  record Opened(Open run, boolean resumed) {}

  /**
   * @throws LoaderException RUN_EXISTS; all that can be wrong with a run
   */
  synchronized Opened open(OpenRunRequest request) {
    if (!RunSpec.isName(request.getRun())) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT, "run", request.getRun(), "expected", "letters, digits, -, _ and .");
    }
    Path directory = options.directory().resolve(request.getRun());
    if (Files.exists(directory.resolve(REQUEST))) {
      Open known = find(request.getRun());
      if (!known.request.equals(request)) {
        throw LoaderException.of(Reason.RUN_EXISTS, "run", request.getRun());
      }
      return new Opened(known, true);
    }
    try {
      Files.createDirectories(directory);
      DatasetLease lease = catalog.lease(request.getDataset());
      OpenRunRequest counted = counted(request, lease);
      Open made = start(request, counted, lease, directory);
      try {
        save(counted, directory, COUNTED);
        save(request, directory, REQUEST);
      } catch (IOException | RuntimeException e) {
        close(request.getRun());
        throw e;
      }
      return new Opened(made, false);
    } catch (IOException e) {
      delete(directory);
      throw LoaderException.caused(
          e, Reason.DISK_FULL, "run", request.getRun(), "detail", e.getMessage());
    } catch (RuntimeException e) {
      delete(directory);
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

  private Open start(
      OpenRunRequest request, OpenRunRequest counted, DatasetLease lease, Path directory) {
    try {
      RunSpec spec = StitchRequests.run(counted, lease.get().dataset());
      Open made =
          new Open(StitchRun.open(directory, spec, lease.get().dataset(), options), request, lease);
      open.put(request.getRun(), made);
      share();
      return made;
    } catch (RuntimeException e) {
      if (!open.containsKey(request.getRun())) {
        lease.close();
      }
      throw e;
    }
  }

  /** Every run gets the same share of the memory. */
  private void share() {
    open.values().forEach(each -> each.run.limitMemory(options.memoryBytes() / open.size()));
  }

  /** A request is there whole or not at all: a directory without {@link #REQUEST} is no run. */
  private static void save(OpenRunRequest request, Path directory, String name) throws IOException {
    Path fresh = directory.resolve(name + ".new");
    Files.write(fresh, request.toByteArray());
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(fresh, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static OpenRunRequest saved(Path directory, String name) throws IOException {
    return OpenRunRequest.parseFrom(Files.readAllBytes(directory.resolve(name)));
  }

  /**
   * @throws LoaderException UNKNOWN_RUN
   */
  synchronized Open find(String name) {
    Open known = open.get(name);
    if (known != null) {
      return known;
    }
    Path directory = options.directory().resolve(RunSpec.isName(name) ? name : "-");
    try {
      OpenRunRequest request = saved(directory, REQUEST);
      OpenRunRequest counted = saved(directory, COUNTED);
      return start(request, counted, catalog.lease(request.getDataset()), directory);
    } catch (InvalidProtocolBufferException e) {
      throw LoaderException.caused(e, Reason.CORRUPT_SPILL, "run", name, "file", REQUEST);
    } catch (IOException e) {
      throw LoaderException.caused(e, Reason.UNKNOWN_RUN, "run", name);
    }
  }

  /** Names of all runs, those included that nobody asked for since the server started. */
  synchronized List<String> names() {
    if (!Files.isDirectory(options.directory())) {
      return List.of();
    }
    try (var runs = Files.list(options.directory())) {
      return runs.filter(run -> Files.exists(run.resolve(REQUEST)))
          .map(run -> run.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends a run and removes what it kept. */
  synchronized void forget(String name) {
    find(name);
    close(name);
    Path directory = options.directory().resolve(name);
    try {
      Files.deleteIfExists(directory.resolve(REQUEST)); // first: from now on it is no run
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    delete(directory);
  }

  private void close(String name) {
    Open gone = open.remove(name);
    if (gone != null) {
      gone.close();
      share();
    }
  }

  private static void delete(Path directory) {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    open.values().forEach(Open::close);
    open.clear();
  }
}
