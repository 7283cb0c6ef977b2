package io.ndstream.rpc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.ndstream.catalog.Catalog;
import io.ndstream.catalog.DatasetLease;
import io.ndstream.catalog.OpenDataset;
import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.grid.ClassBalance;
import io.ndstream.grid.Negatives;
import io.ndstream.grid.Pool;
import io.ndstream.grid.PoolOptions;
import io.ndstream.grid.Positives;
import io.ndstream.grid.RegionFilter;
import io.ndstream.plan.Plan;
import io.ndstream.v1.ClassWeight;
import io.ndstream.v1.NegativeMode;
import io.ndstream.v1.PreselectRequest;
import io.ndstream.wire.RegionMessages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Pools made here, by name. A pool is a function of the request and the data set, so forgetting one
 * costs a client no more than asking again, and two clients that ask the same share one.
 */
final class PoolStore {
  private static final long KEPT_ROWS = 50_000_000;

  private final Catalog catalog;
  private final Cache<String, Made> pools =
      Caffeine.newBuilder()
          .maximumWeight(KEPT_ROWS)
          .weigher((String name, Made made) -> made.rows())
          .build();

  /** A pool and the state of the data set it was made for. */
  record Made(String name, String dataset, String fingerprint, Pool pool, List<String> warnings) {
    int rows() {
      return 1 + pool.positives() + pool.negatives();
    }

    io.ndstream.v1.Pool message() {
      return io.ndstream.v1.Pool.newBuilder()
          .setName(name)
          .setDataset(dataset)
          .setDatasetFingerprint(fingerprint)
          .setPositives(pool.positives())
          .setNegatives(pool.negatives())
          .setShortfall(pool.negativeTable().shortfall())
          .addAllWarnings(warnings)
          .build();
    }
  }

  PoolStore(Catalog catalog) {
    this.catalog = catalog;
  }

  Made make(PreselectRequest request) {
    Violations violations = new Violations();
    RegionFilter filter = RegionMessages.filter(request.getFilter(), violations);
    PoolOptions options = RegionMessages.options(request, violations);
    try (DatasetLease lease = catalog.lease(request.getDataset())) {
      OpenDataset open = lease.get();
      filter.check(open.dataset(), violations);
      checkWeights(open.dataset(), request, violations);
      checkWindow(open.dataset(), request, filter, violations);
      checkRows(open, request, violations);
      violations.throwIfAny();
      String fingerprint = open.dataset().fingerprint();
      String name = Plan.nameOf(fingerprint, RegionMessages.canonical(request));
      Made made =
          pools.get(
              name,
              key ->
                  new Made(
                      key,
                      open.name(),
                      fingerprint,
                      pool(open, request, options, filter),
                      List.of()));
      return new Made(
          made.name(), made.dataset(), fingerprint, made.pool(), warnings(request, open.dataset()));
    }
  }

  private static Pool pool(
      OpenDataset open, PreselectRequest request, PoolOptions options, RegionFilter filter) {
    Dataset dataset = open.dataset();
    Positives table = positives(open, filter);
    PoolOptions chosen = options;
    if (request.getBalanceClasses() || request.getClassWeightsCount() > 0) {
      Map<Long, Double> weights =
          request.getClassWeightsList().stream()
              .collect(Collectors.toMap(ClassWeight::getCategoryId, ClassWeight::getWeight));
      chosen = options.withPositiveRows(ClassBalance.draw(table, weights, options.seed()));
    }
    return Pool.preselect(
        dataset,
        open.index(),
        table,
        chosen,
        filter.images(dataset),
        filter.windows(open.validity()));
  }

  /** The shared table if nothing is filtered. */
  static Positives positives(OpenDataset open, RegionFilter filter) {
    return filter.narrowsAnnotations()
        ? Positives.of(open.dataset(), filter.annotations(open.dataset()))
        : open.positives();
  }

  private static void checkWeights(
      Dataset dataset, PreselectRequest request, Violations violations) {
    List<Long> seen = new ArrayList<>();
    for (ClassWeight weight : request.getClassWeightsList()) {
      long id = weight.getCategoryId();
      violations
          .check(
              dataset.categoryOfId(id) != null,
              Reason.UNKNOWN_CATEGORY,
              "class_weights",
              id,
              "a category of the data set")
          .check(
              weight.getWeight() >= 0 && weight.getWeight() < Double.POSITIVE_INFINITY,
              Reason.BAD_ARGUMENT,
              "class_weights",
              id + ": " + weight.getWeight(),
              ">= 0")
          .check(
              !seen.contains(id), Reason.BAD_ARGUMENT, "class_weights", id, "each category once");
      seen.add(id);
    }
  }

  /** Only in the uniform mode: the reference finds nothing where no window fits. */
  private static void checkWindow(
      Dataset dataset, PreselectRequest request, RegionFilter filter, Violations violations) {
    int[] window = RegionMessages.window(request.getWindowDimsList(), new Violations());
    boolean none = request.getNNeg() == 0 && request.getNegToPosRatio() == 0;
    if (window[0] > 0 && !none && request.getMode() != NegativeMode.NEGATIVE_MODE_REFERENCE) {
      int[] rows =
          IntStream.range(0, dataset.images().size()).filter(filter.images(dataset)).toArray();
      Negatives.checkFits(dataset, rows, window[0], window[1], violations);
    }
  }

  /**
   * Against the whole table; a filter may leave fewer rows, which is found when the pool is made.
   */
  private static void checkRows(OpenDataset open, PreselectRequest request, Violations violations) {
    if (request.getPositiveRowsCount() > 0) {
      int size = open.positives().size();
      request.getPositiveRowsList().stream()
          .filter(row -> row >= size)
          .distinct()
          .forEach(
              row ->
                  violations.check(
                      false, Reason.BAD_ARGUMENT, "positive_rows", row, "0 to " + (size - 1)));
    }
  }

  private static List<String> warnings(PreselectRequest request, Dataset dataset) {
    List<String> warnings = new ArrayList<>();
    if (request.hasNPos()) {
      warnings.add("n_pos is not used: positives are not thinned out by number");
    }
    boolean named = dataset.categories().stream().anyMatch(c -> c.name().equals("background"));
    if (!named && dataset.categoryOfId(0) != null) {
      warnings.add(
          "no category is named background, so negatives have category id 0, which is "
              + dataset.categoryOfId(0).name());
    }
    return warnings;
  }

  /**
   * @throws LoaderException UNKNOWN_POOL
   */
  Made find(String name) {
    Made made = pools.getIfPresent(name);
    if (made == null) {
      throw LoaderException.of(Reason.UNKNOWN_POOL, "pool", name);
    }
    return made;
  }

  /** The data set a pool belongs to, in the state it was made for. */
  DatasetLease lease(Made made) {
    DatasetLease lease = catalog.lease(made.dataset());
    String now = lease.get().dataset().fingerprint();
    if (!now.equals(made.fingerprint())) {
      lease.close();
      throw LoaderException.of(Reason.DATASET_CHANGED, "pool", made.name(), "fingerprint", now);
    }
    return lease;
  }
}
