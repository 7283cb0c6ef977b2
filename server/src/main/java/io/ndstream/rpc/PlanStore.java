package io.ndstream.rpc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.ndstream.batch.Form;
import io.ndstream.catalog.Catalog;
import io.ndstream.catalog.DatasetLease;
import io.ndstream.catalog.OpenDataset;
import io.ndstream.error.Checks;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.grid.SampleGrid;
import io.ndstream.plan.Plan;
import io.ndstream.plan.PlanSpec;
import io.ndstream.plan.Windows;
import io.ndstream.wire.Plans;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Plans made here, by name. A plan is a function of its spec and the data set, so forgetting one
 * costs a client no more than sending the spec again.
 */
final class PlanStore {
  private static final int KEPT = 1024;

  private final Catalog catalog;
  private final BiFunction<String, OpenDataset, SampleGrid> grids;
  private final Cache<String, Made> plans = Caffeine.newBuilder().maximumSize(KEPT).build();

  /** A plan and the message it was asked for with. */
  record Made(Plan plan, io.ndstream.v1.PlanSpec spec) {}

  /** A plan with the state of the data set it belongs to. */
  record Leased(Made made, DatasetLease lease) implements AutoCloseable {
    Plan plan() {
      return made.plan();
    }

    io.ndstream.v1.Plan message() {
      Plan plan = plan();
      long bytes =
          plan.spec().ragged()
              ? 0
              : Form.of(plan, lease.get().loader()).rowBytes() * plan.spec().batchSize();
      return Plans.message(plan, made.spec(), bytes);
    }

    @Override
    public void close() {
      lease.close();
    }
  }

  /**
   * @param grids finds the sample grid of this name and data set; throws UNKNOWN_GRID or
   *     DATASET_CHANGED
   */
  PlanStore(Catalog catalog, BiFunction<String, OpenDataset, SampleGrid> grids) {
    this.catalog = catalog;
    this.grids = grids;
  }

  /**
   * @param name null to take the spec
   * @param spec null if the request gives neither
   * @throws LoaderException as of {@link #find} and {@link #make}; BAD_ARGUMENT for neither
   */
  Leased named(String name, io.ndstream.v1.PlanSpec spec) {
    if (name != null) {
      return find(name);
    }
    Checks.require(spec != null, Reason.BAD_ARGUMENT, "source", "none", "plan or spec");
    return make(spec);
  }

  /**
   * @throws LoaderException with everything that is wrong with the spec
   */
  Leased make(io.ndstream.v1.PlanSpec message) {
    PlanSpec spec = Plans.spec(message);
    DatasetLease lease = catalog.lease(message.getDataset());
    try {
      OpenDataset open = lease.get();
      String name = Plan.nameOf(open.dataset().fingerprint(), Plans.canonical(message));
      Made made =
          plans.get(
              name,
              key ->
                  new Made(
                      new Plan(
                          key,
                          open.name(),
                          open.dataset().fingerprint(),
                          spec,
                          windows(open, spec)),
                      message));
      return new Leased(made, lease);
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private Windows windows(OpenDataset open, PlanSpec spec) {
    return Plan.select(
        spec, open.dataset(), open.index(), open.scores(), name -> grids.apply(name, open));
  }

  /**
   * @throws LoaderException UNKNOWN_PLAN, DATASET_CHANGED
   */
  Leased find(String name) {
    Made made = plans.getIfPresent(name);
    if (made == null) {
      throw LoaderException.of(Reason.UNKNOWN_PLAN, "plan", name);
    }
    DatasetLease lease = catalog.lease(made.plan().datasetName());
    String now = lease.get().dataset().fingerprint();
    if (!now.equals(made.plan().fingerprint())) {
      lease.close();
      throw LoaderException.of(
          Reason.DATASET_CHANGED,
          "plan",
          name,
          "plan_fingerprint",
          made.plan().fingerprint(),
          "fingerprint",
          now);
    }
    return new Leased(made, lease);
  }

  /** All kept plans by name. */
  List<Made> list() {
    return plans.asMap().values().stream()
        .sorted(Comparator.comparing(m -> m.plan().name()))
        .toList();
  }
}
