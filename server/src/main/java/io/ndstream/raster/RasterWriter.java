package io.ndstream.raster;

import static io.ndstream.error.Reason.BAD_WINDOW;

import io.ndstream.error.Checks;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Vector;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.gdal.gdal.Dataset;
import org.gdal.gdal.Driver;
import org.gdal.gdal.gdal;

/**
 * Writes one raster file: create, write every block, commit. The file appears at its path whole or
 * not at all; what is not committed leaves nothing behind. Owned by one thread.
 *
 * <pre>{@code
 * try (RasterWriter writer = RasterWriter.create(path, spec)) {
 *   writer.write(window, pixels);
 *   writer.commit();
 * }
 * }</pre>
 */
public final class RasterWriter implements AutoCloseable {
  private final AtomicFile file;
  private final RasterSpec spec;

  /**
   * What blocks are written into: the file itself for GTIFF, else a plain TIFF beside it that is
   * copied at the end.
   */
  private final Path staging;

  private final int[] bandNumbers;
  private Dataset dataset;

  /** Tiles that something was written to, row by row. */
  private final BitSet written = new BitSet();

  private ByteBuffer scratch = ByteBuffer.allocateDirect(0);

  private RasterWriter(AtomicFile file, RasterSpec spec) {
    this.file = file;
    this.spec = spec;
    boolean direct = spec.format() == RasterSpec.Format.GTIFF;
    this.staging =
        direct
            ? file.temporary()
            : file.temporary().resolveSibling(file.temporary().getFileName() + ".staging.tif");
    this.bandNumbers = new int[spec.bands()];
    for (int b = 0; b < bandNumbers.length; b++) {
      bandNumbers[b] = b + 1;
    }
    List<String> options = direct ? GdalOptions.tiff(spec) : GdalOptions.staging(spec);
    this.dataset =
        GdalCall.on(
            file.target().toString(),
            Reason.DISK_FULL,
            () -> NewTiff.create(file.target().toString(), staging, spec, options));
  }

  /**
   * @param target is replaced if it exists
   * @throws LoaderException MISSING_FILE if the directory does not exist; DISK_FULL if nothing can
   *     be written there
   */
  public static RasterWriter create(Path target, RasterSpec spec) {
    Gdal.start();
    AtomicFile file = AtomicFile.beside(target);
    try {
      return new RasterWriter(file, spec);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Removes what writers left in this directory whose process was killed. */
  public static void sweep(Path directory) {
    AtomicFile.sweep(directory);
  }

  /**
   * @param window wholly inside the image
   * @param pixels all bands of the window, rows, columns, bands, little-endian, from the buffer's
   *     position; the position does not move
   */
  public void write(Window window, ByteBuffer pixels) {
    Checks.require(
        new Window(0, 0, spec.width(), spec.height()).contains(window),
        BAD_WINDOW,
        "window",
        window,
        "inside " + spec.width() + " x " + spec.height());
    int pixel = spec.bands() * spec.dtype().bytes();
    int bytes = Math.toIntExact(window.area() * pixel);
    Checks.require(
        pixels.remaining() >= bytes,
        Reason.BAD_ARGUMENT,
        "pixels",
        pixels.remaining(),
        ">= " + bytes);
    if (bytes == 0) {
      return;
    }
    ByteBuffer block = pixels.isDirect() ? pixels.slice() : staged(pixels, bytes);
    GdalCall.checked(
        file.target().toString(),
        Reason.DISK_FULL,
        () ->
            dataset.WriteRaster_Direct(
                window.x(),
                window.y(),
                window.width(),
                window.height(),
                window.width(),
                window.height(),
                GdalTypes.codeOf(spec.dtype()),
                block,
                bandNumbers,
                pixel,
                window.width() * pixel,
                spec.dtype().bytes()));
    note(window);
    if (staging.equals(file.temporary())) {
      file.wrote(bytes);
    }
  }

  private void note(Window window) {
    int size = spec.storage().tileSize();
    if (size == 0) {
      return;
    }
    int across = (spec.width() - 1) / size + 1;
    for (int row = window.y() / size; row <= (window.bottom() - 1) / size; row++) {
      int first = row * across;
      written.set(first + window.x() / size, first + (window.right() - 1) / size + 1);
    }
  }

  /**
   * Hands over what was written, so that it is compressed while the next blocks are made and GDAL's
   * cache stays small. Only after whole tiles: a part of one would be compressed twice.
   */
  public void flush() {
    GdalCall.on(
        file.target().toString(),
        Reason.DISK_FULL,
        () -> {
          for (int number : bandNumbers) {
            dataset.GetRasterBand(number).FlushCache();
          }
          return null;
        });
  }

  private ByteBuffer staged(ByteBuffer pixels, int bytes) {
    if (scratch.capacity() < bytes) {
      scratch = ByteBuffer.allocateDirect(bytes);
    }
    scratch.put(0, pixels, pixels.position(), bytes);
    return scratch;
  }

  /** Makes overviews, syncs the file to disk and gives it its name. */
  public void commit() {
    commit(share -> {}, draft -> {});
  }

  /**
   * As {@link #commit()}, which takes long for large files.
   *
   * @param progress hears of the share that is done, 0 to 1; what it throws ends the commit, and
   *     nothing is left
   * @param naming called when the file is whole and on the disk, before it gets its name, with the
   *     path it has so far; what it throws ends the commit as well
   */
  public void commit(DoubleConsumer progress, Consumer<Path> naming) {
    String name = file.target().toString();
    boolean staged = spec.format() != RasterSpec.Format.GTIFF;
    boolean overviews =
        spec.format() != RasterSpec.Format.PNG && !spec.storage().overviews().isEmpty();
    double half = staged && overviews ? 0.5 : 1;
    if (overviews) {
      makeOverviews(name, share -> progress.accept(share * half));
    }
    GdalCall.on(
        name,
        Reason.DISK_FULL,
        () -> {
          dataset.FlushCache();
          return null;
        });
    if (staged) {
      copy(name, share -> progress.accept(1 - half + share * half));
    }
    closeDataset(name);
    WholeFile.require(file.temporary(), spec.format(), name);
    file.commit(naming);
  }

  private void makeOverviews(String name, DoubleConsumer progress) {
    if (SparseOverviews.suit(spec)) {
      buildOverviews(name, "NONE", share -> {});
      new SparseOverviews(name, dataset, spec).fill(written, progress);
    } else {
      buildOverviews(name, spec.storage().resampling(), progress);
    }
  }

  private void buildOverviews(String name, String method, DoubleConsumer progress) {
    int[] factors = spec.storage().overviews().stream().mapToInt(Integer::intValue).toArray();
    int code =
        GdalProgress.watch(
            name, progress, callback -> dataset.BuildOverviews(method, factors, callback));
    GdalCall.checked(name, Reason.DISK_FULL, () -> code);
  }

  private void copy(String name, DoubleConsumer progress) {
    boolean cog = spec.format() == RasterSpec.Format.COG;
    Driver driver = gdal.GetDriverByName(cog ? "COG" : "PNG");
    Vector<String> options = new Vector<>(cog ? GdalOptions.cog(spec) : List.of());
    String path = file.temporary().toString();
    GdalProgress.watch(
        name,
        progress,
        callback -> {
          Dataset copied =
              GdalCall.made(
                  name,
                  Reason.DISK_FULL,
                  () -> driver.CreateCopy(path, dataset, 1, options, callback));
          copied.FlushCache();
          copied.delete();
          return null;
        });
  }

  private void closeDataset(String name) {
    Dataset open = dataset;
    dataset = null;
    if (open != null) {
      GdalCall.on(
          name,
          Reason.DISK_FULL,
          () -> {
            open.delete();
            return null;
          });
    }
  }

  /** Frees the writer; without a commit nothing is left on disk. */
  @Override
  public void close() {
    try {
      closeDataset(file.target().toString());
    } finally {
      if (!staging.equals(file.temporary())) {
        AtomicFile.deleteQuietly(staging);
      }
      AtomicFile.deleteQuietly(
          file.temporary().resolveSibling(file.temporary().getFileName() + ".aux.xml"));
      file.close();
    }
  }
}
