package io.ndstream.raster;

import io.ndstream.pixels.Layout;

/**
 * How one level of a file is cut into tiles. Tiles count row by row from the top left; those at the
 * right and lower edge are as large as the others in memory. Bands lie in groups: all of a pixel
 * together (one group), or each for itself (one group a band).
 *
 * @param groupBands bands in a group; divides the number of bands
 */
record TileGrid(
    int width,
    int height,
    int tileWidth,
    int tileHeight,
    int bands,
    int groupBands,
    int elementBytes) {
  int across() {
    return (width + tileWidth - 1) / tileWidth;
  }

  int down() {
    return (height + tileHeight - 1) / tileHeight;
  }

  /** Tiles of one group. */
  int tiles() {
    return Math.multiplyExact(across(), down());
  }

  int groups() {
    return bands / groupBands;
  }

  int rowBytes() {
    return tileWidth * groupBands * elementBytes;
  }

  /** Bytes of a whole tile. */
  long tileBytes() {
    return (long) rowBytes() * tileHeight;
  }

  /** Rows of this tile that lie in the image. */
  int rowsOf(int tile) {
    return Math.min(tileHeight, height - tile / across() * tileHeight);
  }

  /** Columns of this tile that lie in the image. */
  int columnsOf(int tile) {
    return Math.min(tileWidth, width - tile % across() * tileWidth);
  }

  /** Rows, columns, bands of a tile in memory. */
  Layout layout() {
    return Layout.hwc(0, tileWidth, groupBands, elementBytes);
  }
}
