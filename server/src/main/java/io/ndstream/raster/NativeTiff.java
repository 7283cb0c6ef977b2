package io.ndstream.raster;

import io.ndstream.pixels.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Finds the directory of a TIFF that is a level of its header. GDAL's header decides what the
 * levels are; a directory is taken only if it agrees in every respect and its pixels need nothing
 * but decoding. All else is left to GDAL.
 */
final class NativeTiff {
  private static final Set<Integer> CODECS =
      Set.of(
          TiffDirectory.NONE,
          TiffDirectory.LZW,
          TiffDirectory.JPEG,
          TiffDirectory.DEFLATE,
          TiffDirectory.DEFLATE_OLD,
          TiffDirectory.ZSTD);

  private NativeTiff() {}

  /** One entry a level; null where GDAL must read. */
  static TiffDirectory[] levels(SourceFile file, FrameHeader header, HandlePool pool) {
    TiffDirectory[] found = new TiffDirectory[header.levels().size()];
    List<TiffDirectory> all = parse(file, pool);
    if (all.isEmpty()) {
      return found;
    }
    TiffDirectory main = all.get(0);
    List<TiffDirectory> overviews =
        all.stream().skip(1).filter(d -> d.isOverview() && d.samples() == main.samples()).toList();
    if (agrees(main, header, 0)) {
      found[0] = main;
    }
    if (overviews.size() != header.overviews() || Files.exists(Path.of(file.location() + ".ovr"))) {
      return found; // overviews from somewhere else
    }
    for (int level = 1; level < found.length; level++) {
      TiffDirectory d = overviews.get(level - 1);
      found[level] = agrees(d, header, level) ? d : null;
    }
    return found;
  }

  private static List<TiffDirectory> parse(SourceFile file, HandlePool pool) {
    try (var lease = pool.borrowChannel(file.location(), file.identity())) {
      return TiffParser.parse(lease.handle().channel());
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return List.of(); // GDAL could open it, so it shall read it
    }
  }

  /** True if the codec is one of ours. */
  static boolean decodes(TiffDirectory d) {
    return CODECS.contains(d.compression());
  }

  private static boolean agrees(TiffDirectory d, FrameHeader header, int level) {
    FrameHeader.Level size = header.levels().get(level);
    return d.isTiled()
        && d.width() == size.width()
        && d.height() == size.height()
        && d.tileWidth() == size.tileWidth()
        && d.tileHeight() == size.tileHeight()
        && d.samples() == header.bands()
        && sameType(d, header.dtype())
        && decodes(d)
        && (long) d.tileWidth() * d.tileHeight() * d.samples() * header.dtype().bytes() <= 64 << 20
        && (d.planar() == 1 || d.planar() == 2)
        && d.fillOrder() == 1
        && hasIndex(d)
        && (d.compression() == TiffDirectory.JPEG
            ? plainJpeg(d)
            : plainColours(d) && plainPredictor(d));
  }

  private static boolean sameType(TiffDirectory d, DType dtype) {
    int format = dtype.isFloat() ? 3 : dtype.isSigned() ? 2 : 1;
    boolean signedByte =
        dtype == DType.INT8; // GDAL marks these by metadata, whatever the sample format
    return d.bits() == 8 * dtype.bytes() && (d.sampleFormat() == format || signedByte);
  }

  private static boolean hasIndex(TiffDirectory d) {
    long across = (d.width() + (long) d.tileWidth() - 1) / d.tileWidth();
    long down = (d.height() + (long) d.tileHeight() - 1) / d.tileHeight();
    long tiles = across * down * (d.planar() == 2 ? d.samples() : 1);
    return tiles == d.offsets().length && tiles == d.byteCounts().length;
  }

  private static boolean plainColours(TiffDirectory d) {
    return d.photometric() >= 0 && d.photometric() <= 3;
  }

  private static boolean plainPredictor(TiffDirectory d) {
    return d.predictor() == 1 || d.predictor() == 2 || d.predictor() == 3 && d.sampleFormat() == 3;
  }

  private static boolean plainJpeg(TiffDirectory d) {
    boolean grey = d.samples() == 1 && d.photometric() <= 1;
    boolean colour = d.samples() == 3 && (d.photometric() == 2 || d.photometric() == 6);
    return d.bits() == 8 && d.planar() == 1 && (grey || colour) && d.tileHeight() % 16 == 0;
  }
}
