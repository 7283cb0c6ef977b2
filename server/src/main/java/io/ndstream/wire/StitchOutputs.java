package io.ndstream.wire;

import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.DType;
import io.ndstream.raster.RasterSpec;
import io.ndstream.stitch.OutputSpec;
import io.ndstream.v1.OutputOptions;
import io.ndstream.v1.QuantizeOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** What becomes of finished canvases, as our own type. */
final class StitchOutputs {
  private static final int DEFAULT_BLOCK = 256;

  /**
   * Bytes of a name in a path, at most; what is made of it on the way stays below what disks take.
   */
  private static final int LONGEST_NAME = 200;

  private static final RasterSpec.Format[] FORMATS = {
    RasterSpec.Format.COG, RasterSpec.Format.GTIFF, RasterSpec.Format.PNG
  };

  private StitchOutputs() {}

  /**
   * @throws LoaderException BAD_ARGUMENT, BAD_DTYPE, FORBIDDEN_PATH, NOT_IMPLEMENTED for a zipped
   *     manifest
   */
  static OutputSpec of(OutputOptions m, Dataset dataset) {
    RasterSpec.Format format = StitchRequests.choice(FORMATS, m.getFormatValue(), "output.format");
    QuantizeOptions q = m.getQuantize();
    Path manifest = manifest(m.getManifest(), dataset);
    return new OutputSpec(
        format,
        m.getNoQuantize() ? null : integer(q.getDtype(), format),
        q.hasMin() ? q.getMin() : null,
        q.hasMax() ? q.getMax() : null,
        q.getRound(),
        m.getCompression().isEmpty() ? "DEFLATE" : m.getCompression(),
        m.getBlockSize() == 0 ? DEFAULT_BLOCK : m.getBlockSize(),
        m.getOverviewsList(),
        directory(m, manifest.getParent()),
        manifest,
        StitchRequests.choice(
            OutputSpec.IfExists.values(), m.getIfExistsValue(), "output.if_exists"),
        !m.getNoPredictionAttrs());
  }

  /** Integer type of a finished raster. */
  private static DType integer(io.ndstream.v1.DType type, RasterSpec.Format format) {
    if (type == io.ndstream.v1.DType.DTYPE_UNSPECIFIED) {
      return format == RasterSpec.Format.PNG ? DType.UINT8 : DType.INT16;
    }
    return StitchRequests.dtype(type);
  }

  private static Path manifest(String given, Dataset dataset) {
    Path bundle = dataset.path().toAbsolutePath().getParent();
    Path manifest =
        given.isEmpty() ? dataset.path().toAbsolutePath() : below(bundle, given, "output.manifest");
    if (!given.isEmpty() && !given.endsWith(".json") && !given.endsWith(".zip")) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT, "output.manifest", given, "expected", "a name that ends in .json");
    }
    if (!bundle.equals(manifest.getParent())) {
      throw LoaderException.of(
          Reason.FORBIDDEN_PATH,
          "output.manifest",
          given,
          "expected",
          "a file beside the data set's manifest");
    }
    if (dataset.path().toString().endsWith(".zip") || manifest.toString().endsWith(".zip")) {
      throw LoaderException.of(
          Reason.NOT_IMPLEMENTED,
          "manifest",
          manifest.getFileName(),
          "detail",
          "zipped manifests are read only");
    }
    return manifest;
  }

  private static Path directory(OutputOptions m, Path bundle) {
    Path assets =
        below(
            bundle, m.getAssetsDir().isEmpty() ? "_assets" : m.getAssetsDir(), "output.assets_dir");
    return below(
        assets, m.getShortCode().isEmpty() ? "pred" : m.getShortCode(), "output.short_code");
  }

  private static Path below(Path directory, String name, String field) {
    try {
      Path path = directory.resolve(name).normalize();
      if (path.startsWith(directory)) {
        directory.relativize(path).forEach(part -> requireShort(part, field));
        return path;
      }
    } catch (InvalidPathException e) {
      throw LoaderException.caused(e, Reason.BAD_ARGUMENT, field, name);
    }
    throw LoaderException.of(
        Reason.FORBIDDEN_PATH, field, name, "expected", "a place below the bundle");
  }

  private static void requireShort(Path part, String field) {
    int length = part.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_NAME) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT,
          field,
          part,
          "bytes",
          length,
          "expected",
          "names of at most " + LONGEST_NAME + " bytes");
    }
  }
}
