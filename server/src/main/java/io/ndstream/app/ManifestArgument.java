package io.ndstream.app;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.coco.PathPolicy;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Parameters;

/**
 * The manifest a command works on. Its pixel files are not read, so where they lie does not matter.
 */
final class ManifestArgument {
  @Parameters(paramLabel = "DATASET", description = ManifestPath.FORMS)
  private String manifest;

  Dataset open() {
    Path path = ManifestPath.of(manifest, ServeCommand.defaultWorkdir());
    return Manifests.open(
        path, OpenOptions.serving().withPaths(new PathPolicy(true, List.of(), List.of())));
  }

  /** The file's name without endings; of a toy data set {@code toy:KEY}. */
  String name() {
    return Path.of(manifest)
        .toAbsolutePath()
        .normalize()
        .getFileName()
        .toString()
        .replaceFirst("(\\.(kwcoco|mscoco))?(\\.json)?(\\.zip)?$", "");
  }
}
