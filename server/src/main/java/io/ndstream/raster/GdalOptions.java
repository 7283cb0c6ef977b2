package io.ndstream.raster;

import io.ndstream.pixels.DType;
import java.util.ArrayList;
import java.util.List;

/** Creation options of GDAL's writers for a spec. */
final class GdalOptions {
  /** Blocks are compressed beside the thread that makes the next. */
  private static final String THREADS = "NUM_THREADS=ALL_CPUS";

  /** With libdeflate a third less time than the usual sixth, for files a few percent larger. */
  private static final int DEFLATE_LEVEL = 1;

  private GdalOptions() {}

  static List<String> tiff(RasterSpec spec) {
    List<String> options = staging(spec);
    options.add("COMPRESS=" + spec.storage().compression());
    options.add(THREADS);
    if (spec.storage().compression().equals("DEFLATE")) {
      options.add("ZLEVEL=" + DEFLATE_LEVEL);
    }
    if (spec.storage().predictor() > 1 && hasPredictor(spec)) {
      options.add("PREDICTOR=" + spec.storage().predictor());
    }
    if (spec.storage().tileSize() > 0) {
      options.add("TILED=YES");
      options.add("BLOCKXSIZE=" + spec.storage().tileSize());
      options.add("BLOCKYSIZE=" + spec.storage().tileSize());
    }
    if (spec.storage().compression().equals("JPEG") && spec.bands() == 3) {
      options.add("PHOTOMETRIC=YCBCR");
    }
    return options;
  }

  static List<String> cog(RasterSpec spec) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "COMPRESS=" + spec.storage().compression(),
                "BIGTIFF=IF_SAFER",
                "BLOCKSIZE=" + Math.max(128, spec.storage().tileSize()),
                "OVERVIEW_RESAMPLING=" + spec.storage().resampling()));
    options.add("OVERVIEWS=" + (spec.storage().overviews().isEmpty() ? "NONE" : "AUTO"));
    options.add(THREADS);
    if (spec.storage().compression().equals("DEFLATE")) {
      options.add("LEVEL=" + DEFLATE_LEVEL);
    }
    if (spec.storage().predictor() > 1 && hasPredictor(spec)) {
      options.add("PREDICTOR=" + (spec.storage().predictor() == 3 ? "FLOATING_POINT" : "STANDARD"));
    }
    return options;
  }

  /** A plain file, bands side by side. */
  static List<String> staging(RasterSpec spec) {
    List<String> options = new ArrayList<>(List.of("INTERLEAVE=PIXEL", "BIGTIFF=IF_SAFER"));
    if (spec.dtype() == DType.INT8) {
      options.add("PIXELTYPE=SIGNEDBYTE");
    }
    return options;
  }

  private static boolean hasPredictor(RasterSpec spec) {
    return List.of("DEFLATE", "LZW", "ZSTD").contains(spec.storage().compression());
  }
}
