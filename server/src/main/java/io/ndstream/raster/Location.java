package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What sort of name a location is: a plain path, or one of GDAL's virtual, remote or subdataset
 * names.
 */
final class Location {
  private static final Map<String, String> SCHEMES =
      Map.of(
          "http://",
          "/vsicurl/",
          "https://",
          "/vsicurl/",
          "s3://",
          "/vsis3/",
          "gs://",
          "/vsigs/",
          "az://",
          "/vsiaz/");

  private static final Pattern REMOTE_TIFF =
      Pattern.compile("/vsi(curl|s3|gs|az)/[^?]*\\.tiff?(\\?.*)?", Pattern.CASE_INSENSITIVE);

  private Location() {}

  /** True if it is the path of one file of the local file system. */
  static boolean isPlain(String location) {
    return !location.startsWith("/vsi") && !location.contains("://") && !isSubdataset(location);
  }

  /** True if it is the name of a TIFF that GDAL fetches; a query may follow the name. */
  static boolean isRemoteTiff(String location) {
    return REMOTE_TIFF.matcher(location).matches();
  }

  /**
   * The name GDAL knows a remote file by: {@code https://host/a.tif} becomes {@code
   * /vsicurl/https://host/a.tif}.
   */
  static String forGdal(String location) {
    for (Map.Entry<String, String> scheme : SCHEMES.entrySet()) {
      if (location.startsWith(scheme.getKey())) {
        boolean web = scheme.getValue().equals("/vsicurl/");
        return scheme.getValue() + (web ? location : location.substring(scheme.getKey().length()));
      }
    }
    return location;
  }

  /** {@code FORMAT:"file":part} or {@code FORMAT:file:part}. */
  private static boolean isSubdataset(String location) {
    int colon = location.indexOf(':');
    if (colon < 2) {
      return false;
    }
    for (int i = 0; i < colon; i++) {
      char c = location.charAt(i);
      if (!Character.isLetterOrDigit(c) && c != '_') {
        return false;
      }
    }
    return !Files.exists(Path.of(location));
  }

  /** The path of a plain location. */
  static Path path(String location) {
    try {
      return Path.of(location);
    } catch (InvalidPathException e) {
      throw LoaderException.caused(e, Reason.MISSING_FILE, "file", location);
    }
  }
}
