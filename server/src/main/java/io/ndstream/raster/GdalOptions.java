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

  /** Tiles of nothing but nodata are written too. */
  private static final String EVERY_TILE = "@WRITE_EMPTY_TILES_SYNCHRONOUSLY=TRUE";

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
    if (spec.storage().sparse()) {
      options.add("SPARSE_OK=YES");
    }
    return options;
  }

  /** A plain file of the same tiles, bands side by side. */
  static List<String> staging(RasterSpec spec) {
    List<String> options = new ArrayList<>(List.of("INTERLEAVE=PIXEL", "BIGTIFF=IF_SAFER"));
    if (spec.dtype() == DType.INT8) {
      options.add("PIXELTYPE=SIGNEDBYTE");
    }
    if (spec.storage().tileSize() > 0) {
      options.add("TILED=YES");
      options.add("BLOCKXSIZE=" + spec.storage().tileSize());
      options.add("BLOCKYSIZE=" + spec.storage().tileSize());
    }
    // A copy of a hole is filled by guess, and not rightly for every type.
    options.add(spec.storage().sparse() ? "SPARSE_OK=TRUE" : EVERY_TILE);
    return options;
  }

  private static boolean hasPredictor(RasterSpec spec) {
    return List.of("DEFLATE", "LZW", "ZSTD").contains(spec.storage().compression());
  }
}
