package io.ndstream.stitch;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.pixels.DType;
import io.ndstream.raster.RasterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What becomes of a finished canvas.
 *
 * @param dtype integer type to quantize to, or null to store float32
 * @param min of the range, or null: from the data
 * @param max of the range, or null: from the data
 * @param round to the nearest stored number
 * @param blockSize pixels a side of a block of the file and of a tile of the canvas
 * @param directory absolute; rasters go there
 * @param manifest the manifest to write; its directory is the bundle
 * @param markPredicted note the channels on the image row
 */
public record OutputSpec(
    RasterSpec.Format format,
    DType dtype,
    Double min,
    Double max,
    boolean round,
    String compression,
    int blockSize,
    List<Integer> overviews,
    Path directory,
    Path manifest,
    IfExists ifExists,
    boolean markPredicted) {
  private static final List<String> COMPRESSIONS = List.of("NONE", "DEFLATE", "LZW", "ZSTD");
  private static final int LARGEST_BLOCK = 1024;

  public OutputSpec {
    overviews = List.copyOf(overviews);
  }

  /** What to do with an image that has an asset with these channels. */
  public enum IfExists {
    FAIL,
    REPLACE,
    VERSION
  }

  /** Adds every mistake: FORMAT_BANDS, BAD_DTYPE, QUANT_RANGE, BAD_ARGUMENT. */
  void check(int bands, Violations violations) {
    boolean png = format == RasterSpec.Format.PNG;
    violations.check(
        !png || bands == 1 || bands == 3 || bands == 4,
        Reason.FORMAT_BANDS,
        "output.format",
        "png with " + bands + " bands",
        "png holds 1, 3 or 4 bands");
    violations.check(
        !png || dtype == DType.UINT8 || dtype == DType.UINT16,
        Reason.FORMAT_BANDS,
        "output.quantize.dtype",
        dtype,
        "uint8 or uint16 for png");
    violations.check(
        dtype == null || !dtype.isFloat(),
        Reason.BAD_DTYPE,
        "output.quantize.dtype",
        dtype,
        "an integer type");
    boolean finite = (min == null || Double.isFinite(min)) && (max == null || Double.isFinite(max));
    violations.check(
        finite, Reason.QUANT_RANGE, "output.quantize.min", min + " to " + max, "finite bounds");
    violations.check(
        min == null || max == null || min <= max,
        Reason.QUANT_RANGE,
        "output.quantize.min",
        min,
        "at most the maximum, " + max);
    violations.check(
        COMPRESSIONS.contains(compression),
        Reason.BAD_ARGUMENT,
        "output.compression",
        compression,
        "one of " + COMPRESSIONS);
    violations.check(
        blockSize >= 16 && blockSize <= LARGEST_BLOCK && blockSize % 16 == 0,
        Reason.BAD_ARGUMENT,
        "output.block_size",
        blockSize,
        "a multiple of 16, 16 to " + LARGEST_BLOCK);
    for (int factor : overviews) {
      violations.check(factor > 1, Reason.BAD_ARGUMENT, "output.overviews", factor, "> 1");
    }
  }

  /**
   * Makes the place of rasters.
   *
   * @throws LoaderException NOT_WRITABLE, DISK_FULL
   */
  void makeDirectory() {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw LoaderException.caused(
          e, Reason.DISK_FULL, "directory", directory, "detail", e.getMessage());
    }
  }

  /**
   * Looks whether rasters and manifest can be written, before any work is done for them.
   *
   * @throws LoaderException NOT_WRITABLE
   */
  void requireWritable() {
    requireWritable(directory);
    requireWritable(manifest.getParent());
    if (Files.exists(manifest)) {
      requireWritable(manifest);
    }
  }

  private static void requireWritable(Path path) {
    if (!Files.isWritable(path)) {
      throw LoaderException.of(
          Reason.NOT_WRITABLE,
          "path",
          path,
          "remedy",
          "let the server write there, or name another manifest or directory");
    }
  }
}
