package io.ndstream.raster;

import static java.util.Objects.requireNonNull;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a raster file holds.
 *
 * @param bands 1 or more
 * @param dtype of every band; where bands differ, the type all of them convert to
 * @param levels the file's own resolution first, then its overviews from large to small; at least
 *     one
 */
public record FrameHeader(int bands, DType dtype, List<Level> levels) {
  public FrameHeader {
    requireNonNull(dtype);
    levels = List.copyOf(levels);
  }

  public int width() {
    return levels.get(0).width();
  }

  public int height() {
    return levels.get(0).height();
  }

  /** Levels beside the full one. */
  public int overviews() {
    return levels.size() - 1;
  }

  /** The value that marks missing pixels of a band at full resolution, if the file names one. */
  public OptionalDouble nodata(int band) {
    return levels.get(0).nodata().get(band);
  }

  /** Bytes of one pixel, all bands. */
  public int pixelBytes() {
    return bands * dtype.bytes();
  }

  /**
   * One resolution of a file.
   *
   * @param tileWidth columns the file stores together
   * @param tileHeight rows the file stores together
   * @param nodata one entry a band
   */
  public record Level(
      int width, int height, int tileWidth, int tileHeight, List<OptionalDouble> nodata) {
    public Level {
      nodata = List.copyOf(nodata);
    }

    public Window bounds() {
      return new Window(0, 0, width, height);
    }
  }
}
