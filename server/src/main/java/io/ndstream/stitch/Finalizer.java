package io.ndstream.stitch;

import io.ndstream.coco.AssetEdit;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.GeoReference;
import io.ndstream.coco.Quantization;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.raster.RasterSpec;
import io.ndstream.raster.RasterWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Writes one canvas as a raster: sums over weights, quantized, block by block, so that no more than
 * a block is in memory.
 */
final class Finalizer {
  private final RunSpec run;
  private final Dataset dataset;
  private final CanvasSpec canvas;
  private final CanvasReader reader;
  private final int bands;
  private final double[] sums;
  private final double[] weights;
  private final ByteBuffer stored;
  private final Coverage covered = new Coverage();
  private double total;

  Finalizer(RunSpec run, Dataset dataset, CanvasSpec canvas, CanvasReader reader) {
    this.run = run;
    this.dataset = dataset;
    this.canvas = canvas;
    this.reader = reader;
    this.bands = run.bands();
    int pixels = run.output().blockSize() * run.output().blockSize();
    this.sums = new double[pixels * bands];
    this.weights = new double[pixels];
    DType dtype = run.output().dtype() == null ? DType.FLOAT32 : run.output().dtype();
    this.stored =
        ByteBuffer.allocateDirect(pixels * bands * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  FinishedRaster write() {
    AssetPlace place = AssetPlace.of(dataset, run, canvas.image());
    OutputSpec output = run.output();
    Quantizer quantizer = output.dtype() == null ? null : quantizer();
    DType dtype = quantizer == null ? DType.FLOAT32 : quantizer.dtype();
    Quantization encoding = quantizer == null ? null : quantizer.encoding();
    try {
      Files.createDirectories(place.file().getParent());
    } catch (IOException e) {
      throw AppendFile.failure(e, place.file());
    }
    try (RasterWriter writer = RasterWriter.create(place.file(), raster(dtype, encoding))) {
      blocks(
          part -> {
            writer.write(part, stored(part, quantizer));
            writer.flush();
          });
      writer.commit();
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
            bands,
            canvas.imageFromAsset(),
            encoding,
            output.markPredicted() ? covered.outlines(canvas.imageFromAsset()) : null);
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
        total);
  }

  private Quantizer quantizer() {
    OutputSpec output = run.output();
    double[] range = {Double.NaN, Double.NaN};
    if (output.min() == null || output.max() == null) {
      blocks(
          part -> {
            average(part);
            for (int i = 0; i < part.area() * bands; i++) {
              range[0] = !(range[0] <= sums[i]) && !Double.isNaN(sums[i]) ? sums[i] : range[0];
              range[1] = !(range[1] >= sums[i]) && !Double.isNaN(sums[i]) ? sums[i] : range[1];
            }
          });
    }
    return Quantizer.covering(
        output.dtype(), output.min(), output.max(), range[0], range[1], output.round());
  }

  private void blocks(Consumer<Window> each) {
    Window bounds = new Window(0, 0, canvas.width(), canvas.height());
    int size = run.output().blockSize();
    for (int y = 0; y < canvas.height(); y += size) {
      for (int x = 0; x < canvas.width(); x += size) {
        each.accept(new Window(x, y, size, size).intersect(bounds));
      }
    }
  }

  private void average(Window part) {
    reader.read(part, sums, weights);
    CanvasView.average(sums, weights, (int) part.area(), bands);
  }

  private ByteBuffer stored(Window part, Quantizer quantizer) {
    average(part);
    covered.add(part, weights);
    int count = (int) part.area() * bands;
    stored.clear();
    for (int i = 0; i < count; i++) {
      total += !Double.isNaN(sums[i]) ? sums[i] : 0;
    }
    if (quantizer == null) {
      for (int i = 0; i < count; i++) {
        stored.putFloat((float) sums[i]);
      }
    } else {
      quantizer.quantize(sums, count, true, stored);
    }
    return stored.flip();
  }

  private RasterSpec raster(DType dtype, Quantization encoding) {
    OutputSpec output = run.output();
    GeoReference where = GeoReference.of(dataset.imageJson(dataset.imageRowOfId(canvas.image())));
    RasterSpec spec =
        RasterSpec.of(output.format(), canvas.width(), canvas.height(), bands, dtype)
            .withCompression(output.compression(), 1)
            .withTileSize(output.blockSize())
            .withOverviews("NEAREST", overviews(where != null))
            .withMetadata(metadata(encoding))
            .withBandNames(run.channels());
    if (where != null) {
      spec = spec.withGeoreference(georeference(where));
    }
    return encoding == null ? spec : spec.withNodata(encoding.nodata());
  }

  private List<Integer> overviews(boolean georeferenced) {
    if (!run.output().overviews().isEmpty()) {
      return run.output().overviews();
    }
    return georeferenced || run.output().format() == RasterSpec.Format.COG
        ? List.of(2, 4)
        : List.of();
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
