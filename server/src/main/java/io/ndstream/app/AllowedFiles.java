package io.ndstream.app;

import io.ndstream.coco.PathPolicy;
import io.ndstream.raster.LocationPolicy;
import java.util.List;
import picocli.CommandLine.Option;

/** Which files a manifest may name: the same options wherever one command reads one manifest. */
final class AllowedFiles {
  @Option(
      names = "--allow-path",
      paramLabel = "PREFIX",
      description = "Files below this directory are allowed. Repeatable.")
  private List<String> allowPaths = List.of();

  @Option(
      names = "--allow-remote",
      paramLabel = "PREFIX",
      description = "Names below this URL are allowed. Repeatable.")
  private List<String> allowRemotes = List.of();

  /**
   * @param resolveOnly take every name as it is
   */
  PathPolicy paths(boolean resolveOnly) {
    return new PathPolicy(resolveOnly, allowPaths, allowRemotes);
  }

  LocationPolicy locations() {
    return new LocationPolicy(allowRemotes);
  }
}
