package io.ndstream.coco;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violation;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Opens manifests: files, archives, or the bundle directories that hold one. */
public final class Manifests {
  private static final List<String> NAMES =
      List.of("data", "data.json", "data.kwcoco.json", "data.kwcoco.zip", "data.kwcoco.json.zip");
  private static final List<String> ENDINGS = List.of(".kwcoco.json", ".mscoco.json");

  private Manifests() {}

  /**
   * Opens a manifest for serving.
   *
   * @throws LoaderException MISSING_MANIFEST; BAD_MANIFEST with one violation an issue;
   *     UNREADABLE_FILE
   */
  public static Dataset open(Path file, OpenOptions options) {
    Reading reading = read(file, options);
    if (reading.dataset() == null) {
      throw LoaderException.violations(violations(reading.report()));
    }
    return reading.dataset();
  }

  /**
   * Opens a manifest and reports all there is to say about it. Whatever its content, the result is
   * a report.
   *
   * @throws LoaderException MISSING_MANIFEST or UNREADABLE_FILE if there is no content to report on
   */
  public static Reading read(Path file, OpenOptions options) {
    Path manifest = locate(file).toAbsolutePath().normalize();
    try {
      return read(manifest, FileIdentity.of(manifest), options);
    } catch (NoSuchFileException e) {
      throw LoaderException.caused(e, Reason.MISSING_MANIFEST, "file", manifest);
    } catch (IOException e) {
      throw LoaderException.caused(
          e, Reason.UNREADABLE_FILE, "file", manifest, "detail", e.getMessage());
    }
  }

  private static Reading read(Path manifest, FileIdentity identity, OpenOptions options)
      throws IOException {
    if (options.cache() == null) {
      return new ManifestReader(manifest, options).read(null, identity);
    }
    ParsedCache cache = new ParsedCache(options.cache(), manifest, options);
    ParsedCache.Known known = cache.load(identity);
    if (known == null) {
      return new ManifestReader(manifest, options).read(cache, identity);
    }
    return new Reading(
        known.parsed().report(), known.parsed().open(manifest, known.source(), options.limits()));
  }

  private static List<Violation> violations(Report report) {
    List<Violation> violations = new ArrayList<>();
    for (Issue issue : report.issues()) {
      if (issue.severity() != Severity.WARNING) {
        violations.add(
            new Violation(
                Reason.BAD_MANIFEST, issue.where(), issue.code() + ": " + issue.message()));
      }
    }
    long more = report.count(Severity.ERROR) + report.count(Severity.FATAL) - violations.size();
    if (more > 0) {
      violations.add(new Violation(Reason.BAD_MANIFEST, "", more + " more errors"));
    }
    return violations;
  }

  /** The manifest itself if it is a file; the only one of a bundle directory. */
  private static Path locate(Path file) {
    if (!Files.exists(file)) {
      throw LoaderException.of(Reason.MISSING_MANIFEST, "file", file);
    }
    if (!Files.isDirectory(file)) {
      return file;
    }
    TreeSet<String> found = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(file, Manifests::isManifest)) {
      entries.forEach(entry -> found.add(entry.getFileName().toString()));
    } catch (IOException e) {
      throw LoaderException.caused(e, Reason.UNREADABLE_FILE, "file", file);
    }
    if (found.size() != 1) {
      throw LoaderException.of(Reason.MISSING_MANIFEST, "directory", file, "candidates", found);
    }
    return file.resolve(found.first());
  }

  private static boolean isManifest(Path entry) {
    String name = entry.getFileName().toString();
    boolean named = NAMES.contains(name) || ENDINGS.stream().anyMatch(name::endsWith);
    return named && Files.isRegularFile(entry);
  }
}
