package io.ndstream.rpc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.longrunning.Operation;
import io.ndstream.catalog.Catalog;
import io.ndstream.catalog.DatasetLease;
import io.ndstream.catalog.OpenDataset;
import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.grid.GridBuilder;
import io.ndstream.grid.GridOptions;
import io.ndstream.grid.RegionFilter;
import io.ndstream.grid.SampleGrid;
import io.ndstream.plan.Plan;
import io.ndstream.v1.CreateGridResponse;
import io.ndstream.v1.Grid;
import io.ndstream.v1.GridSpec;
import io.ndstream.wire.GridMessages;
import io.ndstream.wire.RegionMessages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Sample grids by name, in memory and as files. A grid is a function of its spec and the data set,
 * so one that is lost is made again by the same request.
 */
final class GridStore {
  private static final long KEPT_BYTES = 256L << 20;
  static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

  private final Catalog catalog;
  private final GridFiles files;
  private final Operations operations;
  private final Duration answerWithin;
  private final Cache<String, Made> grids =
      Caffeine.newBuilder()
          .maximumWeight(KEPT_BYTES)
          .weigher((String name, Made made) -> made.grid().bytes())
          .build();

  /** A grid, what it was asked for with, and the state of the data set it belongs to. */
  record Made(String name, String dataset, String fingerprint, GridSpec spec, SampleGrid grid) {
    Grid message() {
      return GridMessages.grid(name, fingerprint, spec, grid);
    }
  }

  /**
   * @param dir where grids are kept across restarts
   * @param answerWithin a grid that takes longer becomes an operation
   */
  GridStore(Catalog catalog, Path dir, Operations operations, Duration answerWithin) {
    this.catalog = catalog;
    this.files = new GridFiles(dir);
    this.operations = operations;
    this.answerWithin = answerWithin;
  }

  /** Makes a grid, or finds it; goes on as an operation if that takes long. */
  CreateGridResponse create(GridSpec spec) throws InterruptedException {
    Violations violations = new Violations();
    RegionFilter filter = RegionMessages.filter(spec.getFilter(), violations);
    GridOptions options = GridMessages.options(spec, violations);
    DatasetLease lease = catalog.lease(spec.getDataset());
    boolean handedOver = false;
    try {
      OpenDataset open = lease.get();
      GridMessages.check(spec, filter, open.dataset(), violations);
      violations.throwIfAny();
      String name = Plan.nameOf(open.dataset().fingerprint(), GridMessages.canonical(spec));
      Made known = known(name, open);
      if (known != null) {
        return CreateGridResponse.newBuilder().setGrid(known.message()).build();
      }
      GridSpec named = spec.toBuilder().setDataset(open.name()).build();
      int total =
          options.task() == GridOptions.Task.VIDEO
              ? open.dataset().videos().size()
              : open.dataset().images().size();
      GridMaking making = new GridMaking(name, total);
      Operation underWay = operations.underWay(making.operation());
      if (underWay != null) {
        return CreateGridResponse.newBuilder().setOperation(underWay).build();
      }
      operations
          .run(() -> make(making, open, named, options, filter))
          .whenComplete(
              (made, failure) -> {
                lease.close();
                if (!making.end(made, failure)) {
                  forget(name);
                }
              });
      handedOver = true;
      return answer(making);
    } finally {
      if (!handedOver) {
        lease.close();
      }
    }
  }

  private CreateGridResponse answer(GridMaking making) throws InterruptedException {
    try {
      return CreateGridResponse.newBuilder().setGrid(making.get(answerWithin).message()).build();
    } catch (TimeoutException e) {
      Operation operation = operations.add(making.operation(), making.result(), making::progress);
      return CreateGridResponse.newBuilder().setOperation(operation).build();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private Made make(
      GridMaking making,
      OpenDataset open,
      GridSpec spec,
      GridOptions options,
      RegionFilter filter) {
    Dataset dataset = open.dataset();
    making.checkWanted();
    Made known = known(making.name(), open); // made for another call while this one waited
    if (known != null) {
      return known;
    }
    SampleGrid grid =
        GridBuilder.build(
            dataset,
            open.index(),
            options,
            filter.images(dataset),
            filter.windows(open.validity()),
            making::step);
    Made made = new Made(making.name(), open.name(), dataset.fingerprint(), spec, grid);
    files.write(making.name(), dataset.fingerprint(), spec, grid.states());
    grids.put(making.name(), made);
    return made;
  }

  private Made known(String name, OpenDataset open) {
    Made made = grids.getIfPresent(name);
    if (made == null) {
      GridFiles.Stored stored = files.read(name);
      if (stored == null || !stored.fingerprint().equals(open.dataset().fingerprint())) {
        return null;
      }
      made = restore(name, open, stored);
      grids.put(name, made);
    }
    return made;
  }

  private static Made restore(String name, OpenDataset open, GridFiles.Stored stored) {
    Violations none = new Violations();
    RegionFilter filter = RegionMessages.filter(stored.spec().getFilter(), none);
    GridOptions options = GridMessages.options(stored.spec(), none);
    SampleGrid grid =
        GridBuilder.restore(
            open.dataset(), open.index(), options, filter.images(open.dataset()), stored.states());
    return new Made(name, open.name(), stored.fingerprint(), stored.spec(), grid);
  }

  /** A grid with the state of the data set it belongs to. */
  record Leased(Made made, DatasetLease lease) implements AutoCloseable {
    Dataset dataset() {
      return lease.get().dataset();
    }

    SampleGrid grid() {
      return made.grid();
    }

    @Override
    public void close() {
      lease.close();
    }
  }

  /**
   * @throws LoaderException UNKNOWN_GRID, DATASET_CHANGED
   */
  Leased find(String name) {
    Made made = grids.getIfPresent(name);
    GridFiles.Stored stored = made == null ? files.read(name) : null;
    if (made == null && stored == null) {
      throw LoaderException.of(Reason.UNKNOWN_GRID, "grid", name);
    }
    DatasetLease lease = catalog.lease(made == null ? stored.spec().getDataset() : made.dataset());
    try {
      return new Leased(of(name, lease.get()), lease);
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private Made of(String name, OpenDataset open) {
    Made made = known(name, open);
    String now = open.dataset().fingerprint();
    if (made == null || !made.fingerprint().equals(now)) {
      throw LoaderException.of(
          Reason.DATASET_CHANGED, "grid", name, "dataset", open.name(), "fingerprint", now);
    }
    return made;
  }

  /**
   * The grid of this name for a plan over this data set.
   *
   * @throws LoaderException UNKNOWN_GRID, DATASET_CHANGED
   */
  SampleGrid grid(String name, OpenDataset open) {
    if (grids.getIfPresent(name) == null && files.read(name) == null) {
      throw LoaderException.of(Reason.UNKNOWN_GRID, "grid", name);
    }
    return of(name, open).grid();
  }

  /** Grids in memory of one data set, or of all if the name is empty; by name. */
  List<Made> list(String dataset) {
    return grids.asMap().values().stream()
        .filter(made -> dataset.isEmpty() || made.dataset().equals(dataset))
        .sorted(Comparator.comparing(Made::name))
        .toList();
  }

  /**
   * @throws LoaderException UNKNOWN_GRID
   */
  void delete(String name) {
    if (!forget(name)) {
      throw LoaderException.of(Reason.UNKNOWN_GRID, "grid", name);
    }
  }

  /** Whether it was known. */
  private boolean forget(String name) {
    boolean known = grids.asMap().remove(name) != null;
    return files.delete(name) || known;
  }
}
