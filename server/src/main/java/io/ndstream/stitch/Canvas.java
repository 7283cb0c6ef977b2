package io.ndstream.stitch;

import io.ndstream.geom.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The raster an image's windows are added onto, cut into square tiles of which only those exist
 * that a window met. Guarded by the run's lock, or belongs to one thread.
 */
public final class Canvas {
  /** Pixels that one thread adds sooner than two can meet. */
  private static final int SMALL = 128 * 128;

  /** Values in strips of the windows that are added together: what stays near a processor. */
  private static final int NEAR = 3 << 14;

  private final long image;
  private final Window bounds;
  private final int bands;
  private final int tileSize;
  private final Precision precision;
  private final TileStore tiles;
  private final SpareArrays spare;

  Canvas(
      long image,
      int width,
      int height,
      int bands,
      int tileSize,
      Precision precision,
      TileStore tiles,
      SpareArrays spare) {
    this.image = image;
    this.bounds = new Window(0, 0, width, height);
    this.bands = bands;
    this.tileSize = tileSize;
    this.precision = precision;
    this.tiles = tiles;
    this.spare = spare;
  }

  /** A canvas without a run: all of it in memory, and gone with it. Belongs to one thread. */
  public static Canvas inMemory(
      int width, int height, int bands, int tileSize, Precision precision) {
    TileStore tiles =
        new TileStore(null, Long.MAX_VALUE, () -> {}); // never spills, so it needs no place for it
    return new Canvas(0, width, height, bands, tileSize, precision, tiles, new SpareArrays());
  }

  Window bounds() {
    return bounds;
  }

  int tileSize() {
    return tileSize;
  }

  /**
   * Memory that a window of this size may newly need: its tiles with sums, one more plane of them,
   * and weights.
   */
  long reserve(Window part) {
    Window grid = grid(part);
    return 8L * (2 * bands + 1) * tileSize * tileSize * grid.area();
  }

  /**
   * A window to add.
   *
   * @param box where the patch's first pixel and extent lie
   * @param number of the window in the journal
   */
  public record Addition(Patch patch, PatchWeights weights, Window box, long number) {
    /** What of it falls on a tile of this extent. */
    private Tile.Part on(Window extent) {
      Window shared = box.intersect(extent);
      return new Tile.Part(
          patch,
          weights,
          shared.translate(-extent.x(), -extent.y()),
          shared.translate(-box.x(), -box.y()),
          number);
    }
  }

  /**
   * Adds what of some windows lies on the canvas. Tiles that saw a window's number, or a later one,
   * are left alone: replaying is harmless. Tiles are shared by several threads; what all windows
   * bring to a tile is added while the tile is near.
   *
   * @param windows in the order of their numbers
   */
  public void add(List<Addition> windows, NanPolicy policy) {
    Map<TileStore.Key, Target> targets = new LinkedHashMap<>();
    long pixels = 0;
    for (Addition window : windows) {
      Window part = window.box.intersect(bounds);
      pixels += part.area();
      Window grid = grid(part);
      for (int row = grid.y(); row < grid.bottom(); row++) {
        for (int column = grid.x(); column < grid.right(); column++) {
          Target target =
              targets.computeIfAbsent(new TileStore.Key(image, column, row), this::target);
          if (window.number > target.tile.version()) {
            target.parts.add(window.on(target.extent));
          }
        }
      }
    }
    List<Target> tiled = new ArrayList<>(targets.values()); // which, unlike a map, can be divided
    Stream<Target> each = pixels < SMALL ? tiled.stream() : tiled.parallelStream();
    each.forEach(target -> add(target, policy));
    targets.keySet().forEach(tiles::grown);
  }

  private record Target(Window extent, Tile tile, List<Tile.Part> parts) {}

  private Target target(TileStore.Key key) {
    Window extent = extent(key.column(), key.row());
    return new Target(extent, tiles.forWriting(key, () -> blank(extent)), new ArrayList<>());
  }

  private void add(Target target, NanPolicy policy) {
    FloatArrays arrays = spare.take();
    int together = Math.max(1, NEAR / (Cells.ROWS * tileSize * bands));
    List<Tile.Part> parts = target.parts;
    for (int from = 0; from < parts.size(); from += together) {
      int to = Math.min(parts.size(), from + together);
      target.tile.add(parts.subList(from, to), policy, arrays);
    }
    spare.giveBack(arrays);
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
    Window grid = grid(part);
    for (int r = grid.y(); r < grid.bottom(); r++) {
      for (int c = grid.x(); c < grid.right(); c++) {
        Window extent = extent(c, r);
        Tile tile = tiles.forReading(new TileStore.Key(image, c, r), () -> blank(extent));
        copy(tile, part.intersect(extent), extent, part, sums, weights);
      }
    }
  }

  /** From a tile, or zeros for null. */
  private void copy(
      Tile tile, Window from, Window extent, Window part, double[] sums, double[] weights) {
    for (int y = from.y(); y < from.bottom(); y++) {
      int at = (y - part.y()) * part.width() + from.x() - part.x();
      if (tile == null) {
        Arrays.fill(sums, at * bands, (at + from.width()) * bands, 0);
        Arrays.fill(weights, at, at + from.width(), 0);
      } else {
        tile.sums(from.x() - extent.x(), y - extent.y(), from.width(), sums, at * bands);
        tile.weights(from.x() - extent.x(), y - extent.y(), from.width(), weights, at);
      }
    }
  }

  /** Pixels of the tiles that a window fell on, row by row. */
  List<Window> touched() {
    return tiles.of(image).stream().map(tile -> extent(tile.column(), tile.row())).toList();
  }
}
