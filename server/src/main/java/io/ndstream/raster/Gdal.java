package io.ndstream.raster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.gdal.gdal.gdal;

/** Loads GDAL once for the process and checks that it is one we can work with. */
public final class Gdal {
  private static final List<String> NEEDED = List.of("GTiff", "COG", "PNG", "JPEG", "MEM");

  /**
   * Formats that fetch from the network by themselves, or run what a file says; nothing in a data
   * set may reach them.
   */
  private static final List<String> REFUSED =
      List.of(
          "HTTP",
          "WMS",
          "WMTS",
          "WCS",
          "PLMOSAIC",
          "PLSCENES",
          "OGCAPI",
          "EEDAI",
          "DAAS",
          "NGW",
          "STACTA",
          "STACIT",
          "PostGISRaster",
          "Rasterlite");

  private Gdal() {}

  /**
   * Makes GDAL ready; calling it again does nothing.
   *
   * @throws IllegalStateException if the native library is missing or does not fit; the message
   *     names the remedy
   */
  public static void start() {
    Loaded.check();
  }

  /** Version of the native library, such as {@code 3.6.2}. */
  public static String version() {
    start();
    return gdal.VersionInfo("RELEASE_NAME");
  }

  /** Short names of the raster formats this build can open, sorted. */
  public static List<String> drivers() {
    start();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < gdal.GetDriverCount(); i++) {
      if ("YES".equals(gdal.GetDriver(i).GetMetadataItem("DCAP_RASTER"))) {
        names.add(gdal.GetDriver(i).getShortName());
      }
    }
    return names.stream().sorted().toList();
  }

  /** Memory GDAL may use for decoded blocks; ours is the tile cache, so this stays small. */
  public static void cacheBytes(int bytes) {
    start();
    gdal.SetCacheMax(bytes);
  }

  /**
   * The class loader runs this once, under its own lock, which is all the synchronisation GDAL's
   * start needs.
   */
  private static final class Loaded {
    private static final String TROUBLE = start();

    static void check() {
      if (TROUBLE != null) {
        throw new IllegalStateException(TROUBLE);
      }
    }

    private static String start() {
      try {
        gdal.AllRegister();
      } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
        return "GDAL's Java binding cannot be loaded ("
            + e.getMessage()
            + "). Start Java with -Djava.library.path naming the "
            + "directory of libgdalalljni.so, and install GDAL 3.6 or newer (Debian: apt-get install libgdal32)";
      }
      gdal.UseExceptions();
      configure();
      REFUSED.forEach(Loaded::deregister);
      return trouble();
    }

    private static void configure() {
      Map.of(
              "GDAL_DISABLE_READDIR_ON_OPEN",
                  "TRUE", // a folder of 100 000 images must not be listed for each of them
              "GDAL_VRT_ENABLE_PYTHON", "NO",
              "GDAL_PAM_ENABLED", "YES",
              "GDAL_HTTP_MAX_RETRY", "2",
              "GDAL_HTTP_CONNECTTIMEOUT", "10",
              "GDAL_HTTP_TIMEOUT", "60")
          .forEach(
              (key, value) -> {
                if (gdal.GetConfigOption(key) == null) {
                  gdal.SetConfigOption(key, value);
                }
              });
      gdal.SetCacheMax(64 << 20);
    }

    private static void deregister(String name) {
      if (gdal.GetDriverByName(name) != null) {
        gdal.GetDriverByName(name).Deregister();
      }
    }

    private static String trouble() {
      String library = gdal.VersionInfo("RELEASE_NAME");
      String jar = org.gdal.gdal.gdal.class.getPackage().getImplementationVersion();
      if (jar != null && !series(jar).equals(series(library))) {
        return "GDAL's jar is "
            + jar
            + " but the native library is "
            + library
            + "; install a pair of one series";
      }
      String missing =
          NEEDED.stream()
              .filter(n -> gdal.GetDriverByName(n) == null)
              .collect(Collectors.joining(", "));
      return missing.isEmpty()
          ? null
          : "This GDAL ("
              + library
              + ") lacks the formats "
              + missing
              + "; install a build that has them, or unset GDAL_SKIP";
    }

    private static String series(String version) {
      String[] parts = version.split("\\.");
      return parts.length < 2 ? version : parts[0] + "." + parts[1];
    }
  }
}
