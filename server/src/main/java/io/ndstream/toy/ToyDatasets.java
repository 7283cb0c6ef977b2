package io.ndstream.toy;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Writes toy data sets. */
public final class ToyDatasets {
  /** In front of a key where a manifest is named. */
  public static final String SCHEME = "toy:";

  /** Changes with the generator, so that data made by an older one are not taken for the same. */
  private static final String GENERATOR = "1 ";

  private ToyDatasets() {}

  /**
   * Writes a bundle: {@code data.kwcoco.json} and the files it names.
   *
   * @param directory is created; must be empty
   * @return the manifest
   * @throws LoaderException BAD_ARGUMENT if something is in the directory, DISK_FULL if it cannot
   *     be written
   */
  public static Path write(ToySpec spec, Path directory) {
    try {
      Files.createDirectories(directory);
      try (Stream<Path> entries = Files.list(directory)) {
        if (entries.findAny().isPresent()) {
          throw LoaderException.of(
              Reason.BAD_ARGUMENT, "directory", directory, "expected", "an empty directory");
        }
      }
    } catch (IOException e) {
      throw LoaderException.caused(e, Reason.DISK_FULL, "directory", directory, "detail", e);
    }
    Bundle bundle = new Bundle(directory);
    if (spec instanceof ToySpec.Shapes shapes) {
      new ShapesMaker(shapes, bundle).make();
    } else if (spec instanceof ToySpec.Vidshapes vidshapes) {
      new VidshapesMaker(vidshapes, bundle).make();
    }
    return directory.resolve(Bundle.MANIFEST);
  }

  /**
   * The data set of a key, made at the first call and found again after. Several processes may ask
   * for the same one at a time.
   *
   * @param key such as {@code vidshapes8-msi}, with or without {@link #SCHEME}
   * @param cache directory for all of them
   * @return the manifest
   */
  public static Path materialise(String key, Path cache) {
    ToySpec spec = ToyKey.parse(key.startsWith(SCHEME) ? key.substring(SCHEME.length()) : key);
    Path home =
        cache.toAbsolutePath().resolve("toy-" + Long.toHexString(ToyKey.hash(GENERATOR + spec)));
    if (!Files.exists(home)) {
      make(spec, home);
    }
    return home.resolve(Bundle.MANIFEST);
  }

  /** Under another name first: a directory of the final name is always whole. */
  private static void make(ToySpec spec, Path home) {
    try {
      Files.createDirectories(home.getParent());
      Path growing = Files.createTempDirectory(home.getParent(), ".toy");
      try {
        write(spec, growing);
        Files.move(growing, home);
      } catch (IOException | RuntimeException e) {
        delete(growing);
        // If it is there now, another process was faster and has made the same.
        if (!Files.exists(home)) {
          throw e;
        }
      }
    } catch (IOException e) {
      throw LoaderException.caused(e, Reason.DISK_FULL, "directory", home, "detail", e);
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> all;
    try (Stream<Path> found = Files.walk(directory)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }
}
