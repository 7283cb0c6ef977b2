package io.ndstream.stitch;

import io.ndstream.coco.AssetEdit;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.GeoReference;
import io.ndstream.coco.Quantization;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.raster.RasterSpec;
import io.ndstream.raster.RasterWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Writes one canvas as a raster: sums over weights, quantized, block by block, so that no more than
 * a few blocks are in memory.
 */
final class Finalizer {
  /** Of the work, blocks are the first half; overviews, copies and the disk the second. */
  private static final double HALF = 0.5;

  /** Sixteen bytes each, in memory and in the file, twice while a COG is copied. */
  private static final long MOST_BLOCKS = 1 << 22;

  /** Pixels a side that need no overview. */
  private static final int SMALLEST_OVERVIEW = 256;

  private final RunSpec run;
  private final Dataset dataset;
  private final CanvasSpec canvas;
  private final CanvasReader reader;
  private final DType dtype;
  private final boolean sparse;
  private final Writing writing;
  private final Consumer<UnrecordedRaster> naming;
  private final BlockEncoder blocks;

  /**
   * @param writing hears how far it is, and may end it
   * @param naming hears of the raster before it gets its name
   */
  Finalizer(
      RunSpec run,
      Dataset dataset,
      CanvasSpec canvas,
      CanvasReader reader,
      Writing writing,
      Consumer<UnrecordedRaster> naming) {
    this.run = run;
    this.dataset = dataset;
    this.canvas = canvas;
    this.reader = reader;
    this.writing = writing;
    this.naming = naming;
    this.dtype = run.output().dtype() == null ? DType.FLOAT32 : run.output().dtype();
    this.sparse = canMissTiles(dtype);
    this.blocks = new BlockEncoder(run, reader, dtype);
  }

  /**
   * Whether all readers give nodata for tiles that are not in the file. GDAL takes signed bytes for
   * unsigned ones, and its binding does not tell nodata of 64 bits.
   */
  private static boolean canMissTiles(DType dtype) {
    return dtype != DType.INT8 && dtype.bytes() < Long.BYTES;
  }

  /**
   * @throws LoaderException OVER_BUDGET for a canvas of too many blocks; ASSET_EXISTS, QUANT_RANGE,
   *     DISK_FULL, CORRUPT_SPILL
   */
  FinishedRaster write() {
    requireBlockTable();
    AssetPlace place = AssetPlace.of(dataset, run, canvas.image());
    OutputSpec output = run.output();
    Quantizer quantizer = output.dtype() == null ? null : quantizer();
    Quantization encoding = quantizer == null ? null : quantizer.encoding();
    try {
      Files.createDirectories(place.file().getParent());
    } catch (IOException e) {
      throw AppendFile.failure(e, place.file());
    }
    try (RasterWriter writer = RasterWriter.create(place.file(), raster(encoding))) {
      each(
          part -> {
            writing.reached(HALF * part.y() / canvas.height());
            writer.write(part, blocks.encode(part, quantizer));
            writer.flush();
          });
      writer.commit(
          share -> writing.reached(HALF + HALF * share),
          draft -> naming.accept(UnrecordedRaster.of(place.file(), draft)));
    }
    Path bundle = output.manifest().getParent();
    String name =
        place.file().startsWith(bundle)
            ? bundle.relativize(place.file()).toString()
            : place.file().toString();
    AssetEdit edit =
        new AssetEdit(
            canvas.image(),
            place.list(),
            place.replaces(),
            name,
            run.channelCodes(),
            canvas.width(),
            canvas.height(),
            run.bands(),
            canvas.imageFromAsset(),
            encoding,
            output.markPredicted() ? blocks.covered().outlines(canvas.imageFromAsset()) : null);
    return new FinishedRaster(
        name,
        canvas.width(),
        canvas.height(),
        dtype,
        canvas.imageFromAsset(),
        encoding,
        place.list(),
        edit.entryJson(),
        edit.toJson(),
        blocks.total());
  }

  /** A file names all its blocks, also those it does not hold. */
  private void requireBlockTable() {
    int size = run.output().blockSize();
    long blocks = ((canvas.width() - 1L) / size + 1) * ((canvas.height() - 1L) / size + 1);
    if (blocks > MOST_BLOCKS) {
      throw LoaderException.of(
          Reason.OVER_BUDGET,
          "run",
          run.name(),
          "image",
          canvas.image(),
          "blocks",
          blocks,
          "expected",
          "at most " + MOST_BLOCKS,
          "remedy",
          "open a run with a larger output.block_size or a smaller scale");
    }
  }

  private Quantizer quantizer() {
    OutputSpec output = run.output();
    float[] range = {Float.NaN, Float.NaN};
    if (output.min() == null || output.max() == null) {
      each(
          part -> {
            writing.reached(0);
            blocks.extend(range, part);
          });
    }
    try {
      return Quantizer.covering(
          output.dtype(), output.min(), output.max(), range[0], range[1], output.round());
    } catch (LoaderException e) {
      throw LoaderException.caused(
          e,
          Reason.QUANT_RANGE,
          "image",
          canvas.image(),
          "least",
          range[0],
          "most",
          range[1],
          "remedy",
          "open a run that says which range it expects");
    }
  }

  /** Takes the blocks that a window fell on, and the others if the raster needs them. */
  private void each(Consumer<Window> block) {
    if (sparse) {
      reader.touched().forEach(block);
      return;
    }
    Window bounds = new Window(0, 0, canvas.width(), canvas.height());
    int size = run.output().blockSize();
    for (int y = 0; y < canvas.height(); y += size) {
      for (int x = 0; x < canvas.width(); x += size) {
        block.accept(new Window(x, y, size, size).intersect(bounds));
      }
    }
  }

  private RasterSpec raster(Quantization encoding) {
    OutputSpec output = run.output();
    GeoReference where = GeoReference.of(dataset.imageJson(dataset.imageRowOfId(canvas.image())));
    RasterSpec spec =
        RasterSpec.of(output.format(), canvas.width(), canvas.height(), run.bands(), dtype)
            .withCompression(output.compression(), dtype.isFloat() ? 3 : 2)
            .withTileSize(output.blockSize())
            .withOverviews("NEAREST", overviews(where != null))
            .withMetadata(metadata(encoding))
            .withBandNames(run.channels())
            .withNodata(encoding == null ? Double.NaN : encoding.nodata());
    spec = sparse ? spec.withoutEmptyTiles() : spec;
    return where == null ? spec : spec.withGeoreference(georeference(where));
  }

  private List<Integer> overviews(boolean georeferenced) {
    OutputSpec output = run.output();
    if (!output.overviews().isEmpty()) {
      return output.overviews();
    }
    if (output.format() != RasterSpec.Format.COG) {
      return georeferenced ? List.of(2, 4) : List.of();
    }
    int smallest = Math.max(SMALLEST_OVERVIEW, output.blockSize());
    int side = Math.max(canvas.width(), canvas.height());
    return IntStream.iterate(2, factor -> side > factor / 2 * smallest, factor -> 2 * factor)
        .boxed()
        .toList();
  }

  private Map<String, String> metadata(Quantization encoding) {
    return encoding == null
        ? Map.of("channels", run.channelCodes())
        : Map.of(
            "channels", run.channelCodes(), "quantization", AssetEdit.quantizationJson(encoding));
  }

  /** Ground coordinates of the asset's pixels: inv(world to pixel) after asset to image. */
  private RasterSpec.Georeference georeference(GeoReference where) {
    Affine map = where.pixelFromWorld().inverse().after(canvas.imageFromAsset());
    return new RasterSpec.Georeference(
        List.of(map.tx(), map.a11(), map.a12(), map.ty(), map.a21(), map.a22()),
        "EPSG:" + where.epsg());
  }
}
