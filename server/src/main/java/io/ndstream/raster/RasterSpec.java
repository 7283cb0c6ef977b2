package io.ndstream.raster;

import static io.ndstream.error.Checks.require;
import static io.ndstream.error.Reason.BAD_ARGUMENT;

import io.ndstream.pixels.DType;
import java.util.List;
import java.util.Map;

/**
 * What a {@link RasterWriter} makes. Begin with {@link #of} and change what differs.
 *
 * @param compression of GTIFF and COG: NONE, DEFLATE, LZW, ZSTD, JPEG (lossy, 8 bits, by request
 *     only)
 * @param predictor 1 none, 2 differences of integers, 3 of floating-point numbers
 * @param tileSize pixels a side, a multiple of 16; 0 for strips (GTIFF only)
 * @param overviews factors such as 2, 4, 8; COG decides by itself unless this is empty
 * @param resampling of the overviews: NEAREST, AVERAGE, BILINEAR, CUBIC ...
 * @param nodata or null
 * @param metadata of the file, default domain
 * @param georeference or null
 * @param bandNames description of each band, or empty
 */
public record RasterSpec(
    Format format,
    int width,
    int height,
    int bands,
    DType dtype,
    String compression,
    int predictor,
    int tileSize,
    List<Integer> overviews,
    String resampling,
    Double nodata,
    Map<String, String> metadata,
    Georeference georeference,
    List<String> bandNames) {
  public RasterSpec {
    require(width > 0, BAD_ARGUMENT, "width", width, "> 0");
    require(height > 0, BAD_ARGUMENT, "height", height, "> 0");
    require(bands > 0, BAD_ARGUMENT, "bands", bands, "> 0");
    require(
        tileSize >= 0 && tileSize % 16 == 0,
        BAD_ARGUMENT,
        "tileSize",
        tileSize,
        "a multiple of 16");
    require(predictor >= 1 && predictor <= 3, BAD_ARGUMENT, "predictor", predictor, "1, 2 or 3");
    overviews = List.copyOf(overviews);
    metadata = Map.copyOf(metadata);
    bandNames = List.copyOf(bandNames);
  }

  /** Kinds of file. */
  public enum Format {
    GTIFF,
    COG,
    PNG
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
    return new RasterSpec(
        format, width, height, bands, dtype, "DEFLATE", 1, 256, List.of(), "AVERAGE", null,
        Map.of(), null, List.of());
  }

  public RasterSpec withCompression(String name, int differences) {
    return new RasterSpec(
        format,
        width,
        height,
        bands,
        dtype,
        name,
        differences,
        tileSize,
        overviews,
        resampling,
        nodata,
        metadata,
        georeference,
        bandNames);
  }

  public RasterSpec withTileSize(int pixels) {
    return new RasterSpec(
        format,
        width,
        height,
        bands,
        dtype,
        compression,
        predictor,
        pixels,
        overviews,
        resampling,
        nodata,
        metadata,
        georeference,
        bandNames);
  }

  public RasterSpec withOverviews(String method, List<Integer> factors) {
    return new RasterSpec(
        format,
        width,
        height,
        bands,
        dtype,
        compression,
        predictor,
        tileSize,
        factors,
        method,
        nodata,
        metadata,
        georeference,
        bandNames);
  }

  public RasterSpec withNodata(double value) {
    return new RasterSpec(
        format,
        width,
        height,
        bands,
        dtype,
        compression,
        predictor,
        tileSize,
        overviews,
        resampling,
        value,
        metadata,
        georeference,
        bandNames);
  }

  public RasterSpec withMetadata(Map<String, String> items) {
    return new RasterSpec(
        format,
        width,
        height,
        bands,
        dtype,
        compression,
        predictor,
        tileSize,
        overviews,
        resampling,
        nodata,
        items,
        georeference,
        bandNames);
  }

  public RasterSpec withGeoreference(Georeference where) {
    return new RasterSpec(
        format,
        width,
        height,
        bands,
        dtype,
        compression,
        predictor,
        tileSize,
        overviews,
        resampling,
        nodata,
        metadata,
        where,
        bandNames);
  }

  /**
   * @param names one a band
   */
  public RasterSpec withBandNames(List<String> names) {
    return new RasterSpec(
        format,
        width,
        height,
        bands,
        dtype,
        compression,
        predictor,
        tileSize,
        overviews,
        resampling,
        nodata,
        metadata,
        georeference,
        names);
  }
}
