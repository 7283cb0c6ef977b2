package io.ndstream.raster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.Vector;
import org.gdal.gdal.Dataset;
import org.gdal.gdal.gdal;
import org.gdal.gdalconst.gdalconstConstants;

/**
 * Decodes a JPEG tile of a TIFF with libjpeg-turbo, or through GDAL's JPEG format on a file in
 * memory where the former is not installed: the same library, so the same pixels, but no lock of
 * the block cache on the way. The tile's stream is completed with the file's tables and a marker
 * naming its colours; its height is cut to the rows wanted, which spares decoding the rest. Owned
 * by one thread.
 */
final class JpegTile {
  private final Turbojpeg turbo;
  private final Vector<String> drivers = new Vector<>(List.of("JPEG"));
  private final String name = "/vsimem/ndstream/" + UUID.randomUUID() + ".jpg";

  JpegTile() {
    this(Turbojpeg.FOUND ? new Turbojpeg() : null);
  }

  /**
   * @param turbo null to decode through GDAL
   */
  JpegTile(Turbojpeg turbo) {
    this.turbo = turbo;
  }

  /**
   * The rows to decode for {@code rows} good ones: whole MCUs, and one row of chroma beyond, which
   * upsampling looks at.
   */
  static int rows(int rows, int tileHeight) {
    return Math.min(tileHeight, (rows + 1 + 15) / 16 * 16);
  }

  /** Rows, columns, bands into {@code into} from index 0. */
  void decode(TiffDirectory d, ByteBuffer stream, int rows, ByteBuffer into) throws IOException {
    byte[] file = complete(d, stream, rows);
    if (turbo != null) {
      turbo.decode(file, d.tileWidth(), rows, d.samples(), into);
      return;
    }
    gdal.FileFromMemBuffer(name, file);
    try {
      read(d, rows, into);
    } catch (RuntimeException e) { // how the binding reports GDAL's errors
      throw new IOException("JPEG: " + e.getMessage(), e);
    } finally {
      gdal.Unlink(name);
    }
  }

  private void read(TiffDirectory d, int rows, ByteBuffer into) throws IOException {
    Dataset dataset =
        gdal.OpenEx(
            name, gdalconstConstants.OF_RASTER | gdalconstConstants.OF_VERBOSE_ERROR, drivers);
    try {
      if (dataset.getRasterXSize() != d.tileWidth()
          || dataset.getRasterYSize() != rows
          || dataset.getRasterCount() != d.samples()) {
        throw new IOException("a JPEG tile of another size");
      }
      int pixel = d.samples();
      int[] bands = pixel == 1 ? new int[] {1} : new int[] {1, 2, 3};
      dataset.ReadRaster_Direct(
          0,
          0,
          d.tileWidth(),
          rows,
          d.tileWidth(),
          rows,
          gdalconstConstants.GDT_Byte,
          into,
          bands,
          pixel,
          d.tileWidth() * pixel,
          1);
    } finally {
      dataset.delete();
    }
  }

  private static byte[] complete(TiffDirectory d, ByteBuffer stream, int rows) throws IOException {
    int length = stream.limit();
    if (length < 4 || (stream.get(0) & 0xff) != 0xff || (stream.get(1) & 0xff) != 0xd8) {
      throw new IOException("a JPEG tile without a beginning");
    }
    byte[] tables = d.jpegTables();
    int tableBytes =
        tables == null || tables.length < 4
            ? 0
            : tables.length - 4; // without its own start and end marks
    int colours = d.samples() == 3 ? 16 : 0;
    byte[] file = new byte[2 + colours + tableBytes + length - 2];
    file[0] = (byte) 0xff;
    file[1] = (byte) 0xd8;
    if (colours > 0) {
      byte transform = (byte) (d.photometric() == 6 ? 1 : 0);
      byte[] adobe = {
        (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform
      };
      System.arraycopy(adobe, 0, file, 2, adobe.length);
    }
    if (tableBytes > 0) {
      System.arraycopy(tables, 2, file, 2 + colours, tableBytes);
    }
    int begin = 2 + colours + tableBytes;
    stream.get(2, file, begin, length - 2);
    setHeight(file, begin, rows);
    return file;
  }

  private static void setHeight(byte[] file, int begin, int rows) throws IOException {
    int at = begin;
    while (at + 9 < file.length && (file[at] & 0xff) == 0xff) {
      int marker = file[at + 1] & 0xff;
      if (marker >= 0xc0 && marker <= 0xc2) {
        file[at + 5] = (byte) (rows >> 8);
        file[at + 6] = (byte) rows;
        return;
      }
      at += 2 + ((file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff);
    }
    throw new IOException("a JPEG tile without a frame header");
  }
}
