package io.ndstream.stitch;

import io.ndstream.geom.Window;
import java.util.Arrays;

/**
 * The raster an image's windows are added onto, cut into square tiles of which only those exist that a window met. Guarded by the run's
 * lock.
 */
final class Canvas {
  private final long image;
  private final Window bounds;
  private final int bands;
  private final int tileSize;
  private final Precision precision;
  private final TileStore tiles;

  Canvas(long image, int width, int height, int bands, int tileSize, Precision precision, TileStore tiles) {
    this.image = image;
    this.bounds = new Window(0, 0, width, height);
    this.bands = bands;
    this.tileSize = tileSize;
    this.precision = precision;
    this.tiles = tiles;
  }

  Window bounds() {
    return bounds;
  }

  int tileSize() {
    return tileSize;
  }

  /** Memory that a window of this size may newly need: its tiles with sums, one more plane of them, and weights. */
  long reserve(Window part) {
    Window grid = grid(part);
    return 8L * (2 * bands + 1) * tileSize * tileSize * grid.area();
  }

  /**
   * Adds what of a window lies on the canvas. Tiles that saw this number, or a later one, are left alone: replaying is harmless.
   *
   * @param box where the patch's first pixel and extent lie
   * @param number of the window in the journal
   */
  void add(PatchRows rows, Window box, long number) {
    Window part = box.intersect(bounds);
    Window grid = grid(part);
    for (int row = grid.y(); row < grid.bottom(); row++) {
      for (int column = grid.x(); column < grid.right(); column++) {
        TileStore.Key key = new TileStore.Key(image, column, row);
        Window extent = extent(column, row);
        Tile tile = tiles.forWriting(key, () -> blank(extent));
        if (tile.version() < number) {
          Window inTile = part.intersect(extent);
          tile.add(rows, inTile.translate(-extent.x(), -extent.y()), inTile.x() - box.x(), inTile.y() - box.y(), number);
          tiles.grown(key);
        }
      }
    }
  }

  private Tile blank(Window extent) {
    return new Tile(extent.width(), extent.height(), bands, precision);
  }

  /** Columns and rows of the tiles that a part of the canvas touches. */
  Window grid(Window part) {
    if (part.isEmpty()) {
      return new Window(0, 0, 0, 0);
    }
    return Window.ofCorners(
        part.x() / tileSize,
        part.y() / tileSize,
        (part.right() - 1) / tileSize + 1,
        (part.bottom() - 1) / tileSize + 1);
  }

  /** Pixels of a tile; those at the right and bottom edge are cut. */
  Window extent(int column, int row) {
    return new Window(column * tileSize, row * tileSize, tileSize, tileSize).intersect(bounds);
  }

  /**
   * Reads sums and weights.
   *
   * @param part inside the canvas
   * @param sums row-major, bands interleaved; 0 where no window fell
   * @param weights row-major
   */
  void read(Window part, double[] sums, double[] weights) {
    Arrays.fill(sums, 0, (int) part.area() * bands, 0);
    Arrays.fill(weights, 0, (int) part.area(), 0);
    double[] row = new double[tileSize * bands];
    Window grid = grid(part);
    for (int r = grid.y(); r < grid.bottom(); r++) {
      for (int c = grid.x(); c < grid.right(); c++) {
        Window extent = extent(c, r);
        Tile tile = tiles.forReading(new TileStore.Key(image, c, r), () -> blank(extent));
        if (tile != null) {
          copy(tile, part.intersect(extent), extent, part, row, sums, weights);
        }
      }
    }
  }

  private void copy(Tile tile, Window from, Window extent, Window part, double[] row, double[] sums, double[] weights) {
    for (int y = from.y(); y < from.bottom(); y++) {
      int at = (y - part.y()) * part.width() + from.x() - part.x();
      tile.sums(from.x() - extent.x(), y - extent.y(), from.width(), row);
      System.arraycopy(row, 0, sums, at * bands, from.width() * bands);
      tile.weights(from.x() - extent.x(), y - extent.y(), from.width(), row);
      System.arraycopy(row, 0, weights, at, from.width());
    }
  }

  /** Whether any window fell on a tile. */
  boolean isTouched(int column, int row) {
    return tiles.has(new TileStore.Key(image, column, row));
  }
}
