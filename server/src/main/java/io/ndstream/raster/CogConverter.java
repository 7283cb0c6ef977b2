package io.ndstream.raster;

import static io.ndstream.error.Reason.DISK_FULL;
import static io.ndstream.error.Reason.UNREADABLE_FILE;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gdal.gdal.Dataset;
import org.gdal.gdal.gdal;

/**
 * Makes cloud-optimised TIFFs of any file GDAL can open, keeping georeference, nodata, colours and
 * metadata.
 */
public final class CogConverter {
  private final HandlePool pool;
  private final Options options;

  /**
   * @param compression ZSTD, DEFLATE, LZW, NONE; JPEG changes pixels and is used only when named
   * @param tileSize pixels a side, a multiple of 16, 128 or more
   * @param overviews make them
   * @param resampling of the overviews: NEAREST, AVERAGE, BILINEAR, CUBIC, MODE ...
   */
  public record Options(String compression, int tileSize, boolean overviews, String resampling) {}

  public CogConverter(HandlePool pool, Options options) {
    this.pool = pool;
    this.options = options;
  }

  /**
   * Converts one file; an output that is there and valid is kept.
   *
   * @return false if the output was kept
   * @throws LoaderException MISSING_FILE, UNREADABLE_FILE, DISK_FULL
   */
  public boolean convert(String source, Path target) {
    if (Files.exists(target) && CogValidator.validate(target).isValid()) {
      return false;
    }
    try (var lease = pool.borrow(source);
        AtomicFile file = AtomicFile.beside(target)) {
      write(lease.handle(), file);
      CogReport report = CogValidator.validate(file.temporary());
      if (!report.isValid()) {
        throw LoaderException.of(
            Reason.UNREADABLE_FILE, "file", target, "detail", report.findings());
      }
      file.commit();
    }
    return true;
  }

  private void write(Handle handle, AtomicFile file) {
    boolean floating = handle.header().dtype().isFloat();
    String predictor =
        options.compression().equals("NONE") || options.compression().equals("JPEG")
            ? "NO"
            : floating ? "FLOATING_POINT" : "YES";
    List<String> creation =
        List.of(
            "COMPRESS=" + options.compression(),
            "PREDICTOR=" + predictor,
            "BLOCKSIZE=" + options.tileSize(),
            "BIGTIFF=IF_SAFER",
            "OVERVIEWS=" + (options.overviews() ? "IGNORE_EXISTING" : "NONE"),
            "OVERVIEW_RESAMPLING=" + options.resampling());
    String name = file.target().toString();
    Dataset made =
        GdalCall.on(
            name,
            UNREADABLE_FILE,
            () ->
                gdal.GetDriverByName("COG")
                    .CreateCopy(
                        file.temporary().toString(),
                        handle.dataset(),
                        1,
                        creation.toArray(new String[0])));
    GdalCall.on(
        name,
        DISK_FULL,
        () -> {
          made.delete();
          return null;
        });
    AtomicFile.deleteQuietly(Path.of(file.temporary() + ".aux.xml"));
  }
}
