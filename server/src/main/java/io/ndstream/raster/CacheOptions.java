package io.ndstream.raster;

import static io.ndstream.error.Checks.require;
import static io.ndstream.error.Reason.BAD_ARGUMENT;

import java.nio.file.Path;

/**
 * How frames are cached on disk.
 *
 * @param directory where entries lie; several processes may share it
 * @param budgetBytes all entries together; those read longest ago make room
 * @param freeBytes never filled below this much free space on the disk
 * @param tileSize pixels a side of an entry's tiles, a multiple of 16
 */
public record CacheOptions(
    Backend backend, Path directory, long budgetBytes, long freeBytes, int tileSize) {
  public CacheOptions {
    require(budgetBytes > 0, BAD_ARGUMENT, "budgetBytes", budgetBytes, "> 0");
    require(
        tileSize >= 16 && tileSize % 16 == 0 && tileSize <= 2048,
        BAD_ARGUMENT,
        "tileSize",
        tileSize,
        "a multiple of 16, at most 2048");
  }

  /**
   * The tile size for windows of a size. A window of side w at a random place decodes (1 + t / w)^2
   * times its own pixels from tiles of side t: half the window costs 2.25 times, the window's own
   * size 4 times; smaller tiles compress and read worse.
   */
  public static int tileSizeFor(int windowSide) {
    return Math.max(64, Math.min(512, (windowSide / 2 + 15) / 16 * 16));
  }
}
