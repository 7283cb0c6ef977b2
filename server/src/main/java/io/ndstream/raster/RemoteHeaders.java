package io.ndstream.raster;

import com.sun.jna.Pointer;
import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a server says of a remote file. GDAL asks, as it has the credentials; its Java binding lacks
 * the functions for it, so they are called in the library that the binding is linked with.
 */
final class RemoteHeaders {
  private static final String BINDING = "gdalalljni";
  private static final boolean FOUND = bind();

  private RemoteHeaders() {}

  private static boolean bind() {
    for (String directory : System.getProperty("java.library.path").split(File.pathSeparator)) {
      com.sun.jna.NativeLibrary.addSearchPath(BINDING, directory);
    }
    return NativeLibrary.bind(RemoteHeaders.class, BINDING);
  }

  /**
   * The file's state by a fresh request; GDAL forgets what it knew of the file.
   *
   * @param location as GDAL names it
   * @return empty if there is no answer, or none with an entity tag or a time
   */
  static Optional<FileIdentity> ask(String location) {
    if (!FOUND) {
      return Optional.empty();
    }
    VSICurlPartialClearCache(location);
    Pointer list = VSIGetFileMetadata(location, "HEADERS", null);
    if (list == null) {
      return Optional.empty();
    }
    try {
      return identity(list.getStringArray(0));
    } finally {
      CSLDestroy(list);
    }
  }

  /**
   * @param headers each {@code Name=value}
   */
  private static Optional<FileIdentity> identity(String[] headers) {
    Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String header : headers) {
      String[] parts = header.split("=", 2);
      values.put(parts[0], parts[parts.length - 1].strip());
    }
    String tag = values.getOrDefault("ETag", "");
    String time = values.getOrDefault("Last-Modified", "");
    String length = values.getOrDefault("Content-Length", "");
    return tag.isEmpty() && time.isEmpty()
        ? Optional.empty()
        : Optional.of(new FileIdentity(-1, 0, List.of(tag, time, length)));
  }

  private static native void VSICurlPartialClearCache(String prefix);

  /** A list of strings that ends with null, or null. */
  private static native Pointer VSIGetFileMetadata(String file, String domain, Pointer options);

  private static native void CSLDestroy(Pointer list);
}
