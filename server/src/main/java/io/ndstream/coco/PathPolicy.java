package io.ndstream.coco;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which files a manifest may name beside those of its bundle.
 *
 * @param everything resolve only, refuse nothing but malformed names
 * @param localPrefixes absolute directories; files below them are allowed
 * @param remotePrefixes beginnings, up to a slash, of remote ({@code https://…}) and virtual
 *     ({@code /vsi…}) names
 */
public record PathPolicy(
    boolean everything, List<String> localPrefixes, List<String> remotePrefixes) {
  private static final Pattern SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://.*", Pattern.DOTALL);

  public PathPolicy {
    localPrefixes = localPrefixes.stream().map(PathPolicy::normalize).toList();
    remotePrefixes = List.copyOf(remotePrefixes);
  }

  public static PathPolicy bundleOnly() {
    return new PathPolicy(false, List.of(), List.of());
  }

  /** For files of the caller's own, who could read them anyway, and for reports. */
  public static PathPolicy resolveOnly() {
    return new PathPolicy(true, List.of(), List.of());
  }

  /** What sort of name a manifest gives. */
  public enum PathKind {
    /** Below the bundle. */
    RELATIVE,
    /** Relative, but leads out of the bundle. */
    ESCAPES,
    ABSOLUTE,
    /** A name of GDAL's virtual file systems. */
    VIRTUAL,
    /** A URL. */
    REMOTE
  }

  /**
   * A name and where it leads.
   *
   * @param location an absolute normal path; as written if virtual or remote
   */
  public record Resolved(PathKind kind, String location) {
    boolean isLocal() {
      return kind != PathKind.VIRTUAL && kind != PathKind.REMOTE;
    }
  }

  /**
   * Where a name leads. Backslashes and tildes are ordinary characters.
   *
   * @param bundle absolute normal directory
   * @param root what relative names are joined to: the bundle, or {@code img_root} in it
   */
  public static Resolved resolve(String fileName, String bundle, String root) {
    if (fileName.startsWith("/vsi")) {
      return new Resolved(PathKind.VIRTUAL, fileName);
    }
    if (fileName.startsWith("/")) {
      return new Resolved(PathKind.ABSOLUTE, normalize(fileName));
    }
    if (fileName.contains("://") && SCHEME.matcher(fileName).matches()) {
      return new Resolved(PathKind.REMOTE, fileName);
    }
    String path = normalize(root + "/" + fileName);
    return new Resolved(isBelow(path, bundle) ? PathKind.RELATIVE : PathKind.ESCAPES, path);
  }

  /** What sort of name led to a location. */
  static PathKind kind(String fileName, String location, String bundle) {
    PathKind kind = resolve(fileName, bundle, bundle).kind();
    boolean relative = kind == PathKind.RELATIVE || kind == PathKind.ESCAPES;
    return !relative ? kind : isBelow(location, bundle) ? PathKind.RELATIVE : PathKind.ESCAPES;
  }

  /** Why a resolved name is refused, or null if it is allowed. */
  String refusal(String fileName, Resolved resolved, String bundle) {
    if (everything || resolved.kind() == PathKind.RELATIVE) {
      return null;
    }
    String location = resolved.location();
    if (resolved.kind() == PathKind.REMOTE || resolved.kind() == PathKind.VIRTUAL) {
      boolean allowed = remotePrefixes.stream().anyMatch(prefix -> isBelow(location, prefix));
      return allowed && !location.contains("/../")
          ? null
          : remoteRefusal(fileName, resolved.kind());
    }
    if (isBelow(location, bundle)
        || localPrefixes.stream().anyMatch(prefix -> isBelow(location, prefix))) {
      return null;
    }
    String name = JsonCursor.quote(fileName);
    return resolved.kind() == PathKind.ESCAPES
        ? name + " leaves the bundle directory; allow it with --allow-path"
        : name + " is absolute and outside the allowed roots; allow it with --allow-path";
  }

  private static String remoteRefusal(String fileName, PathKind kind) {
    Matcher scheme = SCHEME.matcher(fileName);
    boolean named = kind == PathKind.REMOTE && scheme.matches();
    String what = named ? "scheme \"" + scheme.group(1) + "\"" : JsonCursor.quote(fileName);
    return what + " is not allowed; allow it with --allow-remote";
  }

  private static boolean isBelow(String path, String directory) {
    return path.startsWith(directory)
        && (path.length() == directory.length()
            || directory.endsWith("/")
            || path.charAt(directory.length()) == '/');
  }

  /**
   * Drops empty and {@code .} segments and takes {@code ..} back, as text: nothing on disk is
   * asked.
   */
  static String normalize(String path) {
    if (isNormal(path)) {
      return path;
    }
    StringBuilder normal = new StringBuilder(path.length());
    for (String segment : path.split("/")) {
      if (segment.equals("..")) {
        normal.setLength(Math.max(0, normal.lastIndexOf("/")));
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        normal.append('/').append(segment);
      }
    }
    return normal.length() == 0 ? "/" : normal.toString();
  }

  private static boolean isNormal(String path) {
    return path.startsWith("/")
        && !path.contains("//")
        && !path.contains("/.")
        && !path.endsWith("/");
  }
}
