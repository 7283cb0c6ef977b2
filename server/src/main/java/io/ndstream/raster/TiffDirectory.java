package io.ndstream.raster;

/**
 * One image of a TIFF file as far as decoding its tiles needs it. Numbers are the ones of the TIFF
 * 6.0 specification.
 *
 * @param position byte of the file where the directory begins
 * @param subfileType bit 0: reduced resolution, bit 2: mask
 * @param sampleFormat 1 unsigned, 2 signed, 3 floating point
 * @param planar 1: bands of a pixel together, 2: planes
 * @param offsets of tiles (or strips, if there are no tiles), plane after plane; 0 where the tile
 *     was never written
 * @param jpegTables or null
 */
record TiffDirectory(
    boolean bigEndian,
    long position,
    int subfileType,
    int width,
    int height,
    int bits,
    int sampleFormat,
    int samples,
    int compression,
    int predictor,
    int planar,
    int photometric,
    int fillOrder,
    int tileWidth,
    int tileHeight,
    long[] offsets,
    long[] byteCounts,
    byte[] jpegTables) {
  static final int NONE = 1;
  static final int LZW = 5;
  static final int JPEG = 7;
  static final int DEFLATE = 8;
  static final int DEFLATE_OLD = 32946;
  static final int ZSTD = 50000;

  boolean isTiled() {
    return tileWidth > 0 && tileHeight > 0;
  }

  boolean isOverview() {
    return (subfileType & 1) != 0 && (subfileType & 4) == 0;
  }

  /** Byte where the first block lies, 0 if it was never written. */
  long firstBlock() {
    return offsets.length == 0 ? 0 : offsets[0];
  }

  int bytesPerSample() {
    return bits / 8;
  }

  /** Bytes the tile index takes in memory. */
  int indexBytes() {
    return 16 * offsets.length;
  }
}
