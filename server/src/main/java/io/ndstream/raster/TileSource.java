package io.ndstream.raster;

/** Decodes the tiles of one level of one file. Thread-safe; keeps no file open between calls. */
interface TileSource {
  TileGrid grid();

  /**
   * How many rows to decode when {@code rows} are wanted: no less than that, and all the tile has
   * where the codec cannot stop midway.
   */
  int decodable(int tile, int rows);

  /**
   * Decodes the upper {@code rows} rows of a tile (a number {@link #decodable} gave),
   * little-endian, in the grid's layout. Columns and rows past the image's edge may hold anything.
   *
   * @param into at least {@code rows * grid().rowBytes()} long
   * @throws io.ndstream.error.LoaderException UNREADABLE_FILE, SOURCE_CHANGED, MISSING_FILE
   */
  void decode(int tile, int group, int rows, byte[] into);
}
