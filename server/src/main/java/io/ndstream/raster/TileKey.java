package io.ndstream.raster;

/**
 * Names a tile for the whole process.
 *
 * @param frame number of one state of one file; never used again for another
 */
record TileKey(long frame, int level, int tile, int group) {
  @Override
  public int hashCode() {
    long mixed =
        (frame * 0x9E3779B97F4A7C15L)
            ^ ((((long) level << 16 | group) << 32 | tile) * 0xC2B2AE3D27D4EB4FL);
    return (int) (mixed >>> 32);
  }
}
