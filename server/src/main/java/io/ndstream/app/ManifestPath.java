package io.ndstream.app;

import io.ndstream.toy.ToyDatasets;
import java.nio.file.Path;

/**
 * Manifests as named on the command line: a path, or {@code toy:KEY} for a toy data set, which is
 * made when it is first asked for.
 */
final class ManifestPath {
  /** For the descriptions of arguments. */
  static final String FORMS =
      "The manifest: a file, a zip archive, or a bundle directory; or toy:KEY for a toy data set.";

  private ManifestPath() {}

  static boolean isToy(String given) {
    return given.startsWith(ToyDatasets.SCHEME);
  }

  /**
   * @param workdir where toy data are kept, as the server does
   * @throws io.ndstream.error.LoaderException BAD_ARGUMENT for an unknown key, DISK_FULL
   */
  static Path of(String given, Path workdir) {
    return isToy(given) ? ToyDatasets.materialise(given, workdir.resolve("toy")) : Path.of(given);
  }
}
