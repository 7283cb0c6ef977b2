package io.ndstream.bench.conform;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.gdal.gdal.Dataset;
import org.gdal.gdal.gdal;
import org.gdal.gdalconst.gdalconstConstants;

/** A raster file as any reader sees it. */
final class StoredRaster {
  private StoredRaster() {}

  /** All stored numbers: rows, columns, bands. */
  static double[] read(Path file) {
    gdal.AllRegister();
    Dataset dataset = gdal.Open(file.toString());
    if (dataset == null) {
      throw new AssertionError("cannot be opened: " + file);
    }
    try {
      int width = dataset.getRasterXSize();
      int height = dataset.getRasterYSize();
      int bands = dataset.getRasterCount();
      ByteBuffer pixels =
          ByteBuffer.allocateDirect(8 * width * height * bands).order(ByteOrder.nativeOrder());
      int[] numbers = IntStream.rangeClosed(1, bands).toArray();
      dataset.ReadRaster_Direct(
          0,
          0,
          width,
          height,
          width,
          height,
          gdalconstConstants.GDT_Float64,
          pixels,
          numbers,
          8 * bands,
          8 * bands * width,
          8);
      double[] values = new double[width * height * bands];
      pixels.asDoubleBuffer().get(values);
      return values;
    } finally {
      dataset.delete();
    }
  }
}
