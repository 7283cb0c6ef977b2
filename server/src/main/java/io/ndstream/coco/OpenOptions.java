package io.ndstream.coco;

import java.nio.file.Path;

/**
 * How to open a manifest.
 *
 * @param lenient leave out rows with errors instead of refusing the file
 * @param keepDegenerate keep boxes of negative size, rings of one or two points and empty names,
 *     with a warning; the reference library writes such rings for shapes smaller than a pixel, and
 *     real data have such names
 * @param paths which files the manifest may name
 * @param maxIssues issues reported in full; the others are counted
 * @param cache directory for parsed data sets, or null to parse every time
 */
public record OpenOptions(
    boolean lenient,
    boolean keepDegenerate,
    PathPolicy paths,
    Limits limits,
    int maxIssues,
    Path cache) {
  public static final int DEFAULT_MAX_ISSUES = 100;

  /** Strict, files of the bundle only, default limits, no cache. */
  public static OpenOptions strict() {
    return new OpenOptions(
        false, false, PathPolicy.bundleOnly(), Limits.DEFAULT, DEFAULT_MAX_ISSUES, null);
  }

  /** As {@link #strict}, but for degenerate shapes: what a server can do its work with. */
  public static OpenOptions serving() {
    return strict().withKeepDegenerate(true);
  }

  public OpenOptions withKeepDegenerate(boolean newKeepDegenerate) {
    return new OpenOptions(lenient, newKeepDegenerate, paths, limits, maxIssues, cache);
  }

  public OpenOptions withLenient(boolean newLenient) {
    return new OpenOptions(newLenient, keepDegenerate, paths, limits, maxIssues, cache);
  }

  public OpenOptions withPaths(PathPolicy newPaths) {
    return new OpenOptions(lenient, keepDegenerate, newPaths, limits, maxIssues, cache);
  }

  public OpenOptions withCache(Path newCache) {
    return new OpenOptions(lenient, keepDegenerate, paths, limits, maxIssues, newCache);
  }
}
