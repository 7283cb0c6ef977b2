package io.ndstream.rpc;

import io.ndstream.coco.Limits;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.coco.PathPolicy;
import io.ndstream.coco.Reading;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.v1.InspectDatasetRequest;
import io.ndstream.v1.InspectDatasetResponse;
import io.ndstream.wire.Inspections;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Predicate;

/** Reports on manifests that need not be open. */
final class InspectRpc {
  private static final int MOST = 10_000;

  private final Predicate<Path> mayOpen;

  /**
   * @param mayOpen which manifests clients may have read
   */
  InspectRpc(Predicate<Path> mayOpen) {
    this.mayOpen = mayOpen;
  }

  InspectDatasetResponse inspect(InspectDatasetRequest request) {
    new Violations()
        .check(
            request.getMaxIssues() >= 0 && request.getMaxIssues() <= MOST,
            Reason.BAD_ARGUMENT,
            "max_issues",
            request.getMaxIssues(),
            "0 to " + MOST)
        .check(
            request.getMaxRows() >= 0 && request.getMaxRows() <= MOST,
            Reason.BAD_ARGUMENT,
            "max_rows",
            request.getMaxRows(),
            "0 to " + MOST)
        .throwIfAny();
    Reading reading = Manifests.read(manifest(request.getManifest()), options(request));
    try {
      return Inspections.response(reading, request.getMaxRows());
    } finally {
      if (reading.dataset() != null) {
        reading.dataset().close();
      }
    }
  }

  private Path manifest(String given) {
    Path manifest;
    try {
      manifest = Path.of(given).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw LoaderException.caused(e, Reason.MISSING_MANIFEST, "file", given);
    }
    if (!mayOpen.test(manifest)) {
      throw LoaderException.of(Reason.FORBIDDEN_PATH, "manifest", manifest);
    }
    return manifest;
  }

  private static OpenOptions options(InspectDatasetRequest request) {
    boolean resolveOnly =
        request.getPathPolicy() == io.ndstream.v1.PathPolicy.PATH_POLICY_RESOLVE_ONLY;
    PathPolicy paths = resolveOnly ? PathPolicy.resolveOnly() : PathPolicy.bundleOnly();
    int maxIssues =
        request.getMaxIssues() == 0 ? OpenOptions.DEFAULT_MAX_ISSUES : request.getMaxIssues();
    return new OpenOptions(
        request.getLenient(), request.getKeepDegenerate(), paths, Limits.DEFAULT, maxIssues, null);
  }
}
