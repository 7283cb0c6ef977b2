package io.ndstream.app;

import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.ndstream.admin.AdminServer;
import io.ndstream.catalog.Catalog;
import io.ndstream.catalog.DatasetLease;
import io.ndstream.catalog.OpenDataset;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.coco.PathPolicy;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the data sets of the command line, and knows of which no window could be read. */
final class ServedDatasets {
  private static final Logger LOG = LoggerFactory.getLogger(ServedDatasets.class);

  /** Those that need pixels; for the others open manifests are enough. */
  private static final List<String> READING =
      List.of("ndstream.v1.SampleService", "ndstream.v1.StreamService");

  private static final List<String> OTHERS =
      List.of(
          "",
          "ndstream.v1.DatasetService",
          "ndstream.v1.PlanService",
          "ndstream.v1.ServerService",
          "ndstream.v1.StitchService");

  private final ServerOptions options;

  /** Names; complete before the first check is answered. */
  private final Set<String> unread = new TreeSet<>();

  ServedDatasets(ServerOptions options) {
    this.options = options;
  }

  /** Parses a manifest as the options say; see {@link Catalog.Opener}. */
  Dataset parse(Path manifest) {
    PathPolicy paths = new PathPolicy(false, options.allowPaths(), options.allowRemotes());
    OpenOptions how = OpenOptions.serving().withPaths(paths).withLenient(options.lenient());
    return Manifests.open(manifest, how.withCache(options.workdir().resolve("datasets")));
  }

  /**
   * @throws LoaderException what opening a manifest throws; BAD_ARGUMENT if two have one name
   */
  void openAll(Catalog catalog, HealthStatusManager health) {
    if (options.datasets().isEmpty()) {
      LOG.warn("No data set is given: clients have to open one, of a manifest below --allow-path");
    }
    Set<String> names = new HashSet<>();
    for (String given : options.datasets()) {
      String name = open(catalog, given);
      if (!names.add(name)) {
        throw LoaderException.of(
            Reason.BAD_ARGUMENT,
            "dataset",
            given,
            "name",
            name,
            "expected",
            "a name of its own, given as NAME=FILE");
      }
    }
    ServingStatus reads = unread.isEmpty() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    READING.forEach(service -> health.setStatus(service, reads));
    OTHERS.forEach(service -> health.setStatus(service, ServingStatus.SERVING));
  }

  /**
   * @param given FILE, NAME=FILE or toy:KEY
   * @return the name it is served under
   */
  private String open(Catalog catalog, String given) {
    int equals = given.indexOf('=');
    String name = equals > 0 && !Files.exists(Path.of(given)) ? given.substring(0, equals) : "";
    String file = name.isEmpty() ? given : given.substring(equals + 1);
    String label = name.isEmpty() && ManifestPath.isToy(file) ? file : name;
    long start = System.nanoTime();
    try (DatasetLease lease = catalog.open(label, ManifestPath.of(file, options.workdir()))) {
      OpenDataset opened = lease.get();
      probe(opened);
      LOG.info(
          "Opened {}: {} images, {} annotations in {} ms",
          opened.name(),
          opened.dataset().images().size(),
          opened.dataset().annotations().size(),
          (System.nanoTime() - start) / 1_000_000);
      return opened.name();
    }
  }

  private void probe(OpenDataset opened) {
    LoaderException why = ReadProbe.of(opened.loader());
    if (why != null) {
      unread.add(opened.name());
      LOG.warn("No window of {} could be read: {}", opened.name(), why.getMessage());
    }
  }

  AdminServer.Check ready() {
    return unread.isEmpty()
        ? new AdminServer.Check(true, "ok\n")
        : new AdminServer.Check(
            false, "no window could be read of: " + String.join(", ", unread) + "\n");
  }
}
