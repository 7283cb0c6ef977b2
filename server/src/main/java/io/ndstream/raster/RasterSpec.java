package io.ndstream.raster;

import static io.ndstream.error.Checks.require;
import static io.ndstream.error.Reason.BAD_ARGUMENT;

import io.ndstream.pixels.DType;
import java.util.List;
import java.util.Map;

/**
 * What a {@link RasterWriter} makes. Begin with {@link #of} and change what differs.
 *
 * @param storage how the pixels lie in the file
 * @param labels what the file says of its pixels
 */
public record RasterSpec(
    Format format, int width, int height, int bands, DType dtype, Storage storage, Labels labels) {
  public RasterSpec {
    require(width > 0, BAD_ARGUMENT, "width", width, "> 0");
    require(height > 0, BAD_ARGUMENT, "height", height, "> 0");
    require(bands > 0, BAD_ARGUMENT, "bands", bands, "> 0");
  }

  /** Kinds of file. */
  public enum Format {
    GTIFF,
    COG,
    PNG
  }

  /**
   * How the pixels lie in the file.
   *
   * @param compression of GTIFF and COG: NONE, DEFLATE, LZW, ZSTD, JPEG (lossy, 8 bits, by request
   *     only)
   * @param predictor 1 none, 2 differences of integers, 3 of floating-point numbers
   * @param tileSize pixels a side, a multiple of 16; 0 for strips (GTIFF only)
   * @param overviews factors such as 2, 4, 8; COG decides by itself unless this is empty
   * @param resampling of the overviews: NEAREST, AVERAGE, BILINEAR, CUBIC ...
   * @param sparse tiles with nothing but nodata, or never written, are left out; readers give
   *     nodata for them
   */
  public record Storage(
      String compression,
      int predictor,
      int tileSize,
      List<Integer> overviews,
      String resampling,
      boolean sparse) {
    public Storage {
      require(
          tileSize >= 0 && tileSize % 16 == 0,
          BAD_ARGUMENT,
          "tileSize",
          tileSize,
          "a multiple of 16");
      require(predictor >= 1 && predictor <= 3, BAD_ARGUMENT, "predictor", predictor, "1, 2 or 3");
      overviews = List.copyOf(overviews);
    }
  }

  /**
   * What the file says of its pixels.
   *
   * @param nodata or null
   * @param metadata of the file, default domain
   * @param georeference or null
   * @param bandNames description of each band, or empty
   */
  public record Labels(
      Double nodata,
      Map<String, String> metadata,
      Georeference georeference,
      List<String> bandNames) {
    public Labels {
      metadata = Map.copyOf(metadata);
      bandNames = List.copyOf(bandNames);
    }
  }

  /**
   * Where the pixels lie on the ground.
   *
   * @param transform GDAL's six numbers
   * @param wkt coordinate system as WKT, empty if unknown
   */
  public record Georeference(List<Double> transform, String wkt) {
    public Georeference {
      transform = List.copyOf(transform);
      require(transform.size() == 6, BAD_ARGUMENT, "transform", transform, "6 numbers");
    }
  }

  /** Deflate, tiles of 256 pixels, no overviews, nothing else. */
  public static RasterSpec of(Format format, int width, int height, int bands, DType dtype) {
    Storage storage = new Storage("DEFLATE", 1, 256, List.of(), "AVERAGE", false);
    Labels labels = new Labels(null, Map.of(), null, List.of());
    return new RasterSpec(format, width, height, bands, dtype, storage, labels);
  }

  public RasterSpec withCompression(String name, int predictor) {
    return with(
        new Storage(
            name,
            predictor,
            storage.tileSize,
            storage.overviews,
            storage.resampling,
            storage.sparse));
  }

  public RasterSpec withTileSize(int pixels) {
    return with(
        new Storage(
            storage.compression,
            storage.predictor,
            pixels,
            storage.overviews,
            storage.resampling,
            storage.sparse));
  }

  public RasterSpec withOverviews(String method, List<Integer> factors) {
    return with(
        new Storage(
            storage.compression,
            storage.predictor,
            storage.tileSize,
            factors,
            method,
            storage.sparse));
  }

  /** Tiles never written take no room. */
  public RasterSpec withoutEmptyTiles() {
    return with(
        new Storage(
            storage.compression,
            storage.predictor,
            storage.tileSize,
            storage.overviews,
            storage.resampling,
            true));
  }

  public RasterSpec withNodata(double value) {
    return with(new Labels(value, labels.metadata, labels.georeference, labels.bandNames));
  }

  public RasterSpec withMetadata(Map<String, String> items) {
    return with(new Labels(labels.nodata, items, labels.georeference, labels.bandNames));
  }

  public RasterSpec withGeoreference(Georeference where) {
    return with(new Labels(labels.nodata, labels.metadata, where, labels.bandNames));
  }

  /**
   * @param names one a band
   */
  public RasterSpec withBandNames(List<String> names) {
    return with(new Labels(labels.nodata, labels.metadata, labels.georeference, names));
  }

  private RasterSpec with(Storage other) {
    return new RasterSpec(format, width, height, bands, dtype, other, labels);
  }

  private RasterSpec with(Labels other) {
    return new RasterSpec(format, width, height, bands, dtype, storage, other);
  }
}
